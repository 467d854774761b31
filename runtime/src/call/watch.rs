//! What a wire tells of a client's stream at the moment it happens, whoever uses the stream.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::metadata::Metadata;

/// Watches the streams that carry a call: usually one, more if the call is made again.
pub(crate) trait CallWatch: Send + Sync {
    /// The watch of the next stream.
    fn stream(self: Arc<Self>) -> Arc<dyn StreamWatch>;
}

/// Is told of a stream by its wire. A wire tells of the header before it gives out a message, and of
/// the end before it gives out the end. It holds no lock then.
///
/// A wire may tell the same twice, when two tasks find out at the same time: the watch must not count
/// the second time.
pub(crate) trait StreamWatch: Send + Sync {
    /// The stream is open: its first frame was queued.
    fn opened(&self);

    /// The server's header has arrived.
    fn header(&self, header: &Metadata);

    /// The stream has ended.
    fn ended(&self, end: StreamEnd<'_>);
}

/// How a stream has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamEnd<'a> {
    /// The server's trailer, if it has ended the stream by one.
    pub(crate) trailer: Option<&'a Metadata>,
    /// What it ended with; `None` for a clean end.
    pub(crate) error: Option<&'a Error>,
    /// What this means to the call.
    pub(crate) call: CallEnds,
}

/// What the end of a stream means to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallEnds {
    /// The call is over.
    Now,
    /// The call is over when its user learns of the end.
    WhenSeen,
    /// The caller waits no longer, and so the stream was given up.
    GivenUp,
}

/// The watch of a call.
#[derive(Clone)]
pub(crate) struct Watch(Arc<dyn CallWatch>);

impl Watch {
    pub(crate) fn new(watch: Arc<dyn CallWatch>) -> Self {
        Self(watch)
    }

    /// The watch of the call's next stream.
    pub(crate) fn stream(&self) -> Arc<dyn StreamWatch> {
        Arc::clone(&self.0).stream()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
