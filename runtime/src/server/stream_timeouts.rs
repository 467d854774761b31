//! Limits to the time that the streams of a server's handlers wait.

use std::sync::Arc;
use std::time::Duration;

use crate::streaming::{self, RecvTimeout, ServerEnd};
use crate::wire::ServerRaw;

/// The limits of streams whose handlers set none.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct StreamTimeouts {
    pub(super) recv: Option<RecvTimeout>,
    pub(super) send: Option<Duration>,
}

impl StreamTimeouts {
    /// Limits how long each send on the stream may wait for room.
    pub(super) fn limit(self, mut raw: Arc<dyn ServerRaw>) -> Arc<dyn ServerRaw> {
        if let Some(timeout) = self.send {
            streaming::set_send_timeout::<ServerEnd>(&mut raw, timeout);
        }
        raw
    }

    /// The methods by which they were set.
    pub(super) fn made(self) -> impl Iterator<Item = &'static str> {
        let made = [
            self.recv.map(|_| "stream_recv_timeout"),
            self.send.map(|_| "stream_send_timeout"),
        ];
        made.into_iter().flatten()
    }
}
