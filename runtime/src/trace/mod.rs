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

pub(crate) use call::{Call, Failure, Method, recv_counted, send_counted};
pub(crate) use seldom::{Seldom, Told};
pub(crate) use spawn::{spawn, spawn_here, spawn_on};

/// The targets that filters name, but those of the wires, which have theirs in their folders.
pub(crate) mod target {
    /// A server: its life, what it accepts and refuses, its calls on all wires.
    pub(crate) const SERVER: &str = "streamgen::server";
    /// A client: whom it reaches, its calls on all wires.
    pub(crate) const CLIENT: &str = "streamgen::client";
    /// The configurations of clients and servers.
    pub(crate) const CONFIG: &str = "streamgen::config";
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

/// The span of a client's connection to `peer`. It has no parent: the connection belongs to no call.
/// `$peer` is evaluated only if somebody looks.
macro_rules! connection_span {
    ($target:expr, $peer:expr) => {
        tracing::debug_span!(
            target: $target,
            parent: None,
            "connection",
            otel.kind = "client",
            network.peer.address = $peer.map(|peer| display(peer.ip())),
            network.peer.port = $peer.map(|peer| peer.port()),
        )
    };
}
pub(crate) use connection_span;

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
