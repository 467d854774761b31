//! A host that listens.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use faststr::FastStr;
use futures_core::Stream;
use tokio::sync::mpsc;

use super::network::Inner;
use crate::server::{Accepted, ListenOn};

/// The connections that arrive at an address of a [`Network`](super::Network). A server listens on it, and
/// drops it when the server ends: then dials are refused, and another server can listen on the address.
pub struct Incoming {
    network: Arc<Inner>,
    address: FastStr,
    accepted: mpsc::Receiver<Accepted>,
}

impl Incoming {
    pub(super) fn new(
        network: Arc<Inner>,
        address: FastStr,
        accepted: mpsc::Receiver<Accepted>,
    ) -> Self {
        Self {
            network,
            address,
            accepted,
        }
    }
}

impl Stream for Incoming {
    type Item = io::Result<Accepted>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.accepted.poll_recv(cx).map(|next| next.map(Ok))
    }
}

impl From<Incoming> for ListenOn {
    fn from(incoming: Incoming) -> Self {
        Self::incoming(incoming)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.network.state().leave_address(&self.address);
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Incoming").field(&self.address).finish()
    }
}
