//! How many calls and streams a server takes: by rate and by how many run at once, for the server, a
//! service and a method.
//!
//! As in Kitex, a limit acts when a call or a stream is created. Nothing of a refused call is decoded.

mod adaptive;
mod configured;
mod limit;
mod permit;
mod permitted;
mod rate;
mod running;
mod scope;
mod scopes;
mod service;

pub use adaptive::Adaptive;
pub use limit::CallLimit;
pub(super) use permit::Permit;
pub(super) use permitted::Permitted;
pub(super) use scopes::{Limiters, Scopes};
pub(super) use service::ServiceLimits;
