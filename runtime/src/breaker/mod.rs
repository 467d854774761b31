//! Circuit breakers: where too many calls fail, the next ones are not made for a while. For the methods of a
//! service, [`CircuitBreaker`] is a middleware; for the instances of a [`Fleet`](crate::fleet::Fleet), see
//! [`Fleet::breaker`](crate::fleet::Fleet::breaker).
//!
//! The state chart and its numbers are those of Kitex's `pkg/circuitbreak`, v0.16.3, and of the breaker
//! that it uses, `bytedance/gopkg` v0.1.4:
//!
//! ```text
//! Closed ── enough calls, too many fail ──→ Open ←── a probe fails ──┐
//!   ↑                                        │                       │
//!   │                                  cooling is over               │
//!   │                                        ↓                       │
//!   └────── probes in a row succeed ──── HalfOpen ───────────────────┘
//! ```

mod events;
mod key;
mod moment;
mod state;
mod suite;
mod window;

pub use state::{BreakerRule, BreakerState};
pub use suite::{BreakerChange, BreakerStatus, CircuitBreaker};
pub use window::{Counted, Counts};

pub(crate) use events::turned;
pub(crate) use moment::Moment;
pub(crate) use state::Breaker;
pub(crate) use suite::{Known, LetThrough, Replaced};
pub(crate) use window::Window;
