//! The tasks that wait for something of one stream.

use std::task::{Context, Waker};

use crate::wire::ttheader::state::Wake;

/// One place for each thing to wait for: a later task replaces an earlier one (7.3).
#[derive(Debug, Default)]
pub(super) struct Waiters {
    pub(super) recv: Option<Waker>,
    pub(super) header: Option<Waker>,
    pub(super) trailer: Option<Waker>,
}

/// Wakers to be woken when no lock is held any more.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Woken([Option<Waker>; 3]);

impl Waiters {
    pub(super) fn take(&mut self, wake: Wake) -> Woken {
        Woken(match wake {
            Wake::Nobody => [None, None, None],
            Wake::Recv => [self.recv.take(), None, None],
            Wake::Header => [self.header.take(), None, None],
            Wake::Everyone => [self.recv.take(), self.header.take(), self.trailer.take()],
        })
    }
}

impl Woken {
    /// Wakes the tasks. Nearly always there is one, and an iterator over the three places would take longer
    /// than its wake.
    #[inline]
    pub(super) fn wake(self) {
        let [recv, header, trailer] = self.0;
        if let Some(waker) = recv {
            waker.wake();
        }
        if let Some(waker) = header {
            waker.wake();
        }
        if let Some(waker) = trailer {
            waker.wake();
        }
    }
}

/// Registers the current task in `place`.
pub(super) fn register(place: &mut Option<Waker>, cx: &Context<'_>) {
    match place {
        Some(waker) => waker.clone_from(cx.waker()),
        None => *place = Some(cx.waker().clone()),
    }
}
