//! The tasks that wait for something of one stream.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

/// The tasks that wait. h2 has room for one: if there are more, they share a waker.
#[derive(Default)]
pub(super) struct Waiters([Option<Waker>; 3]);

#[derive(Clone, Copy)]
pub(super) enum Place {
    Recv,
    Header,
    Trailer,
}

impl Waiters {
    /// Everybody who waits; they are forgotten.
    pub(super) fn take(&mut self) -> [Option<Waker>; 3] {
        std::mem::take(&mut self.0)
    }

    /// Notes the task, and gives what wakes everybody.
    pub(super) fn wait(&mut self, place: Place, cx: &Context<'_>) -> Waker {
        match &mut self.0[place as usize] {
            Some(waker) => waker.clone_from(cx.waker()),
            empty => *empty = Some(cx.waker().clone()),
        }
        let mut waiting = self.0.iter().flatten();
        match (waiting.next(), waiting.next()) {
            (Some(only), None) => only.clone(),
            _ => Waker::from(Arc::new(All(self.0.clone()))),
        }
    }

    pub(super) fn done(&mut self, place: Place) {
        self.0[place as usize] = None;
    }

    /// Wakes everybody who waits.
    pub(super) fn all(&self) -> Waker {
        match self.0.iter().flatten().next() {
            Some(_) => Waker::from(Arc::new(All(self.0.clone()))),
            None => Waker::noop().clone(),
        }
    }
}

struct All([Option<Waker>; 3]);

impl Wake for All {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.iter().flatten().for_each(Waker::wake_by_ref);
    }
}
