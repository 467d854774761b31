//! What a protocol is to the server above it.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::watch;

use super::dispatch::Dispatch;
use super::io::ByteStream;

/// How many of the first bytes of a connection tell which protocol it speaks. The smallest message of
/// any protocol is longer.
pub(crate) const FIRST_BYTES: usize = 8;

/// What a protocol says of the first bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The connection speaks this protocol, for its whole life.
    Mine,
    /// Another protocol may know these bytes.
    Unknown,
}

impl From<bool> for Claim {
    fn from(is_mine: bool) -> Self {
        match is_mine {
            true => Self::Mine,
            false => Self::Unknown,
        }
    }
}

/// A connection that is being served.
pub(crate) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One protocol at the server, with its own settings.
///
/// [`detect`](super::detect) asks the protocols of a server in the order of the table, and the first
/// that claims a connection serves it.
pub(crate) trait Protocol: Send + Sync {
    /// The protocol's name in messages to users.
    fn name(&self) -> &'static str;

    /// Whether a connection that begins with `first` speaks this protocol.
    fn claims(&self, first: &[u8; FIRST_BYTES]) -> Claim;

    /// Serves a connection until the peer closes it, the connection fails, or `stop` says that it is
    /// over. Dropping the future closes the connection at once; what becomes of its handlers is
    /// their supervisor's business.
    fn serve(&self, detected: Detected, dispatch: Arc<dyn Dispatch>, stop: Stop) -> Serving;
}

impl fmt::Debug for dyn Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The protocols of a server, in the order in which they are asked.
pub(crate) type Protocols = Arc<[Box<dyn Protocol>]>;

/// A connection whose protocol is known.
#[derive(Debug)]
pub(crate) struct Detected {
    pub(crate) io: ByteStream,
    /// The bytes that were read to find out the protocol; they come before those that `io` still has.
    pub(crate) first: BytesMut,
    /// The address of the client, where the byte stream has one.
    pub(crate) peer: Option<SocketAddr>,
}

/// When a server stops, and how long its connections have from then on.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Closed when the server begins to stop.
    stopping: watch::Receiver<()>,
    /// How long calls and streams that run may go on, counted from the beginning of the stop.
    pub(crate) wait: Duration,
}

impl Stop {
    /// A stop that begins when the sender of `stopping` is dropped.
    pub(crate) fn new(stopping: watch::Receiver<()>, wait: Duration) -> Self {
        Self { stopping, wait }
    }

    /// Completes when the server begins to stop. Cancel safe.
    pub(crate) async fn begun(&mut self) {
        while self.stopping.changed().await.is_ok() {}
    }
}
