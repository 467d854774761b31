//! A client's stream, as its wire tells of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Traced;
use crate::call::{CallEnds, StreamEnd, StreamWatch};
use crate::metadata::Metadata;

/// A stream that carries a call. Each event is told once, whoever finds it out first.
pub(super) struct TracedStream {
    call: Arc<Traced>,
    opened: AtomicBool,
    header: AtomicBool,
    ended: AtomicBool,
}

impl TracedStream {
    pub(super) fn new(call: Arc<Traced>) -> Self {
        Self {
            call,
            opened: AtomicBool::new(false),
            header: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }
}

impl StreamWatch for TracedStream {
    fn opened(&self) {
        if !self.opened.swap(true, Ordering::AcqRel) && !self.ended.load(Ordering::Acquire) {
            self.call.stream_started();
        }
    }

    fn header(&self, header: &Metadata) {
        if !self.header.swap(true, Ordering::AcqRel) {
            // The server may answer before the task that opens the stream goes on.
            self.opened();
            self.call.header(header);
        }
    }

    fn ended(&self, end: StreamEnd<'_>) {
        // A stream that ends before it is open, and not by an answer, was never there.
        if end.trailer.is_some() {
            self.opened();
        }
        if self.ended.swap(true, Ordering::AcqRel) || !self.opened.load(Ordering::Acquire) {
            return;
        }
        if end.call == CallEnds::GivenUp {
            return self.call.gave_up();
        }
        self.call.stream_finished(end.trailer);
        if end.call == CallEnds::Now {
            self.call.closed(end.error);
        }
    }
}
