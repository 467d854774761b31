//! The watch of a call with one request and one response, which is a stream of its own here.

use std::sync::Arc;

use crate::call::{CallEnds, Outgoing, StreamEnd, StreamWatch, Watch};
use crate::error::Error;
use crate::metadata::Metadata;

/// Tells the watch of a call, if it has one. Dropped before the end, it tells that the caller waits no
/// longer.
#[derive(Default)]
pub(super) struct Telling {
    /// `None` once the end is told.
    watch: Option<Arc<dyn StreamWatch>>,
}

impl Telling {
    pub(super) fn of(call: &Outgoing) -> Self {
        let watch = call.watch.as_ref().map(Watch::stream);
        Self { watch }
    }

    pub(super) fn opened(&self) {
        if let Some(watch) = &self.watch {
            watch.opened();
        }
    }

    pub(super) fn header(&self, header: &Metadata) {
        if let Some(watch) = &self.watch {
            watch.header(header);
        }
    }

    pub(super) fn ended(&mut self, trailer: Option<&Metadata>, error: Option<&Error>) {
        self.end(trailer, error, CallEnds::WhenSeen);
    }

    fn end(&mut self, trailer: Option<&Metadata>, error: Option<&Error>, call: CallEnds) {
        if let Some(watch) = self.watch.take() {
            watch.ended(StreamEnd {
                trailer,
                error,
                call,
            });
        }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.end(None, None, CallEnds::GivenUp);
    }
}
