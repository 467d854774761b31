//! How many spans are open. The runtime opens one for each connection and for each call, and closes it when
//! the connection or the call ends.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    next: u64,
    /// Of each open span: its metadata, and how many handles of it there are.
    spans: HashMap<u64, (&'static Metadata<'static>, usize)>,
}

impl Spans {
    /// How many spans are open, by their name.
    pub(crate) fn open(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (metadata, _) in self.lock().spans.values() {
            *counts.entry(metadata.name()).or_default() += 1;
        }
        counts
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("streamgen")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut open = self.lock();
        open.next += 1;
        let id = open.next;
        open.spans.insert(id, (attributes.metadata(), 1));
        Id::from_u64(id)
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some((_, handles)) = self.lock().spans.get_mut(&id.into_u64()) {
            *handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut open = self.lock();
        let Some((_, handles)) = open.spans.get_mut(&id.into_u64()) else {
            return false;
        };
        *handles -= 1;
        let is_last = *handles == 0;
        if is_last {
            open.spans.remove(&id.into_u64());
        }
        is_last
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
