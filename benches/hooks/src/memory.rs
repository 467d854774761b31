//! Connections in memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use streamgen_runtime::client::{Dial, Dialling, Endpoint};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bytes that a connection holds in each direction.
const ROOM: usize = 256 * 1024;

/// The side of the client, and that of the server.
pub(super) fn connections() -> (Memory, Incoming) {
    let (give, take) = unbounded_channel();
    (Memory(give), Incoming(take))
}

/// Gives the server the far ends of the client's connections.
pub(super) struct Memory(UnboundedSender<DuplexStream>);

impl Dial for Memory {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async {
            let (near, far) = duplex(ROOM);
            let given = self.0.send(far);
            given.map_err(|_| io::ErrorKind::ConnectionRefused)?;
            Ok(near.into())
        })
    }
}

pub(super) struct Incoming(UnboundedReceiver<DuplexStream>);

impl Stream for Incoming {
    type Item = io::Result<DuplexStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|next| next.map(Ok))
    }
}
