//! The life of a channel: its running calls, and its end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Weak};
use std::time::Duration;

use tokio::time::sleep;

use crate::call::Cancellation;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::sync::lock;
use crate::wire::ClientRaw;

/// How often a channel that closes looks whether calls are left. Who runs calls pays nothing for it.
const LOOK: Duration = Duration::from_millis(5);
/// Dead entries of the list of streams that are borne before it is swept.
const SWEEP_AT: usize = 64;

/// What all clients of a channel share of its life.
#[derive(Default)]
pub(super) struct Life {
    /// Fires when the channel begins to close: no call begins from then on.
    closing: Cancellation,
    /// Fires when calls may not run any longer.
    killed: Cancellation,
    /// Calls that are being made; a stream counts until it is open.
    calls: AtomicUsize,
    streams: Mutex<Streams>,
}

/// Open streams. They end by themselves, and their entries stay until the list is swept.
#[derive(Default)]
struct Streams {
    list: Vec<Weak<dyn ClientRaw>>,
    sweep_at: usize,
}

/// A call that is being made.
pub(super) struct Running<'a>(&'a Life);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Life {
    /// # Errors
    /// The channel is closed.
    pub(super) fn begin(&self) -> Result<Running<'_>> {
        // Counted first: who closes the channel sees the call, or the call sees that it is closed.
        self.calls.fetch_add(1, Ordering::AcqRel);
        let running = Running(self);
        match self.closing.reason() {
            None => Ok(running),
            Some(reason) => Err(reason.clone()),
        }
    }

    /// Notes a stream that was opened.
    pub(super) fn opened(&self, stream: Weak<dyn ClientRaw>) {
        let mut streams = lock(&self.streams);
        streams.list.push(stream);
        if streams.list.len() > streams.sweep_at {
            streams.list.retain(|one| one.strong_count() > 0);
            // Each entry is looked at twice on average, however many live.
            streams.sweep_at = 2 * streams.list.len() + SWEEP_AT;
        }
    }

    /// Completes when calls may not run any longer. Cancel safe.
    pub(super) async fn killed(&self) -> Error {
        self.killed.cancelled().await
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closing.reason().is_some()
    }

    /// Lets no call begin any more, and waits until none is left.
    pub(super) async fn drain(&self) {
        self.closing.cancel(closed());
        while self.calls.load(Ordering::Acquire) > 0 || self.has_streams() {
            sleep(LOOK).await;
        }
    }

    /// Ends the calls and streams that are left.
    pub(super) fn kill(&self) {
        self.killed.cancel(closed());
        let streams: Vec<_> = {
            let streams = lock(&self.streams);
            streams.list.iter().filter_map(Weak::upgrade).collect()
        };
        for stream in streams {
            stream.cancel(CancelReason::Foreign(CLOSED.into()));
        }
    }

    fn has_streams(&self) -> bool {
        let mut streams = lock(&self.streams);
        streams.list.retain(|one| one.strong_count() > 0);
        !streams.list.is_empty()
    }
}

const CLOSED: &str = "the channel is closed";

fn closed() -> Error {
    Error::new(ErrorKind::Canceled, 0, CLOSED)
}
