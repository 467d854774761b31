//! The life of a stream as a value: frames, calls and cancels go in, frames to write and tasks to
//! wake come out. Pure: no sockets, no clocks, no tasks.
//!
//! The connection owns one [`ClientStream`] or [`ServerStream`] per stream id, feeds it and does
//! what the returned [`Effects`] say. The rules are `ttheader-streaming.md` sections 2.4 and 3.

mod cancel;
mod client;
pub mod codes;
mod effects;
mod errors;
mod go_duration;
mod outcome;
mod queue;
mod rst;
mod server;
mod trailer;

pub use cancel::{deadline_error, recv_timeout_error};
pub use client::ClientStream;
pub use effects::{CONNECTION, Effects, Outgoing, Wake};
pub use errors::{
    connection_closed_cancel, connection_unreadable, frame_too_large, illegal_frame, not_begun,
    overflow_of, transport_closing,
};
pub use outcome::Outcome;
pub use queue::{QueueFull, QueueLimits};
pub use server::ServerStream;
