//! The life of a channel: its running calls, and its end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::sleep;

use crate::call::Cancellation;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::swept::Swept;
use crate::sync::lock;
use crate::wire::{ClientRaw, end_all};

/// How often a channel that closes looks whether calls are left. So calls need not tell it that they
/// end, and pay nothing for a close that may never come.
const LOOK: Duration = Duration::from_millis(5);

/// What all clients of a channel share of its life.
#[derive(Default)]
pub(super) struct Life {
    /// Fires when the channel begins to close: no call begins from then on.
    closing: Cancellation,
    /// Fires when calls may not run any longer.
    killed: Cancellation,
    /// Calls that are being made; a stream counts until it is open.
    calls: AtomicUsize,
    /// The open streams.
    streams: Mutex<Swept<Weak<dyn ClientRaw>>>,
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
        // The call counts itself before it looks: either `drain` sees the call, or the call sees that
        // the channel closes.
        self.calls.fetch_add(1, Ordering::AcqRel);
        let running = Running(self);
        match self.closing.reason() {
            None => Ok(running),
            Some(reason) => Err(reason.clone()),
        }
    }

    /// Notes a stream that was opened. Cancels it if the channel has ended its streams meanwhile.
    pub(super) fn opened(&self, stream: &Arc<dyn ClientRaw>) {
        lock(&self.streams).push(Arc::downgrade(stream), is_open);
        // `kill` fires the signal first, and looks at the list afterwards: it finds the stream there,
        // or the signal is seen here.
        if self.killed.reason().is_some() {
            stream.cancel(CancelReason::Foreign(CLOSED.into()));
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
        // Adding nothing, because a load could miss a call that began before: with two additions, the
        // later one sees what was done before the earlier one.
        while self.calls.fetch_add(0, Ordering::AcqRel) > 0 || self.has_streams() {
            sleep(LOOK).await;
        }
    }

    /// Ends the calls and streams that are left; of many streams some a little later, so that other tasks run
    /// in between.
    pub(super) fn kill(&self) {
        self.killed.cancel(closed());
        let streams: Vec<_> = {
            let streams = lock(&self.streams);
            streams.entries().iter().filter_map(Weak::upgrade).collect()
        };
        end_all(streams, |stream: Arc<dyn ClientRaw>| {
            stream.cancel(CancelReason::Foreign(CLOSED.into()));
        });
    }

    fn has_streams(&self) -> bool {
        let mut streams = lock(&self.streams);
        streams.sweep(is_open);
        !streams.entries().is_empty()
    }
}

fn is_open(stream: &Weak<dyn ClientRaw>) -> bool {
    stream.strong_count() > 0
}

const CLOSED: &str = "the channel is closed";

fn closed() -> Error {
    Error::new(ErrorKind::Canceled, 0, CLOSED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streaming::tests::fake::Fake;

    #[test]
    fn a_stream_that_opens_while_its_channel_ends_the_streams_is_cancelled() {
        let (life, [early, late, other]) = (Life::default(), [(); 3].map(|()| Fake::new()));
        let cancelled = |stream: &Arc<Fake>| stream.seen().cancelled.is_some();
        life.opened(&(Arc::clone(&early) as _));
        assert!(!cancelled(&early));
        life.kill();
        life.opened(&(Arc::clone(&late) as _));
        assert!(cancelled(&early) && cancelled(&late) && !cancelled(&other));
    }

    #[tokio::test(start_paused = true)]
    async fn drain_waits_for_calls_and_then_for_their_streams() {
        let (life, stream) = (Life::default(), Fake::new());
        let running = life.begin().unwrap();
        let mut drained = std::pin::pin!(life.drain());
        let mut ends = async |limit| tokio::time::timeout(limit, &mut drained).await.is_ok();
        assert!(!ends(100 * LOOK).await);
        assert!(life.begin().is_err(), "no call begins any more");

        life.opened(&(Arc::clone(&stream) as _));
        drop(running);
        assert!(!ends(100 * LOOK).await);
        drop(stream);
        assert!(ends(100 * LOOK).await);
    }
}
