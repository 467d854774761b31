//! What the runtime tells [`tracing`]: targets, and what keeps events few and spans free.
//!
//! Each room says what happens in it by functions of its own `events.rs`, named for what happened, so
//! that the code that finds it out says so in one line. What each event means, and for whom its level is, is
//! written for users in `docs/observing.md`. Rules for all of them:
//!
//! - Never bytes of a message, never a value of metadata: names, addresses, numbers, and texts of our own, of
//!   the system and of h2.
//! - A connection says once why it ended. What a peer can repeat at will is told once for a connection, and
//!   from then on at DEBUG.
//! - Nothing for each message.

mod call;
mod seldom;
mod spawn;

pub(crate) use call::{Call, Failure, Method, rpc_system};
pub(crate) use seldom::{Seldom, Told};
pub(crate) use spawn::{spawn, spawn_here, spawn_on};

/// The targets that filters name.
pub(crate) mod target {
    /// A server: its life, what it accepts and refuses, its calls on all wires.
    pub(crate) const SERVER: &str = "streamgen::server";
    /// A client: whom it reaches, its calls on all wires.
    pub(crate) const CLIENT: &str = "streamgen::client";
    /// Connections of TTHeader Streaming.
    pub(crate) const TTHEADER: &str = "streamgen::ttheader";
    /// Connections of gRPC.
    pub(crate) const GRPC: &str = "streamgen::grpc";
    /// Connections of ping-pong calls.
    pub(crate) const PINGPONG: &str = "streamgen::pingpong";
}

/// An event whose level is found out when it happens.
macro_rules! event_at {
    ($level:expr, $($event:tt)+) => {
        match $level {
            tracing::Level::ERROR => tracing::error!($($event)+),
            tracing::Level::WARN => tracing::warn!($($event)+),
            tracing::Level::INFO => tracing::info!($($event)+),
            tracing::Level::DEBUG => tracing::debug!($($event)+),
            tracing::Level::TRACE => tracing::trace!($($event)+),
        }
    };
}
pub(crate) use event_at;

/// The most that an event repeats of a text that a peer chose, in bytes: no name of a service is as long.
const LONGEST: usize = 128;

/// The beginning of a text that a peer chose.
pub(crate) fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
