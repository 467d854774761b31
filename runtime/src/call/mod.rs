//! A call as all layers see it: what the caller asks for, how long it waits, and whether it still
//! wants the answer.

mod cancellation;
mod deadline;
mod encoding;
mod incoming;
mod names;
mod outgoing;
mod stop_stages;
mod watch;

pub use cancellation::{CancelPolicy, Cancellation, cascade};
pub use deadline::Deadline;
pub(crate) use deadline::{FAR_FUTURE, LazySleep, WaitTimer, in_time, was_away};
pub use encoding::Encoding;
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub(crate) use encoding::Scheme;
pub use incoming::{Answer, CallAbilities, Incoming, Shape};
pub use names::Names;
pub use outgoing::Outgoing;
pub(crate) use stop_stages::StopStages;
pub(crate) use watch::{CallEnds, CallWatch, StreamEnd, StreamWatch, Watch};
