//! A call as all layers see it: what is asked for, until when, and whether it is still wanted.

mod cancellation;
mod deadline;
mod incoming;
mod outgoing;

pub use cancellation::{CancelPolicy, Cancellation};
pub use deadline::Deadline;
pub(crate) use deadline::WaitTimer;
pub use incoming::{Answer, CallAbilities, Incoming};
pub use outgoing::Outgoing;
