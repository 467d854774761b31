//! How the receiving direction of a stream ends, and what the stream's watch is told of it.

use http::HeaderMap;

use super::{Inbox, Source};
use crate::call::Deadline;
use crate::error::Result;
use crate::metadata::Metadata;
use crate::wire::grpc::body::Broken;
use crate::wire::grpc::status;

/// What the watch of a stream may not know yet.
pub(in crate::wire::grpc::client) struct News {
    pub(in crate::wire::grpc::client) header: Option<Metadata>,
    pub(in crate::wire::grpc::client) end: Option<Ended>,
}

/// How a stream has ended, for its watch.
pub(in crate::wire::grpc::client) struct Ended {
    pub(in crate::wire::grpc::client) outcome: Result<()>,
    /// The trailer of a server that has ended the stream by itself.
    pub(in crate::wire::grpc::client) trailer: Option<Metadata>,
}

/// How a stream has ended; it stays so.
pub(super) struct End {
    pub(super) outcome: Result<()>,
    pub(super) trailer: Metadata,
    /// Whether the server has ended the stream by itself.
    pub(super) orderly: bool,
}

impl Inbox {
    /// How the stream ended, if it did.
    pub(in crate::wire::grpc::client) fn outcome(&self) -> Option<&Result<()>> {
        self.end.as_ref().map(|end| &end.outcome)
    }

    /// What has happened, for the watch of the stream: the header, once, and both from the end on. Then
    /// another task may have taken the same news and not have told it so far, and whoever sees the end
    /// must not go on before it is told.
    pub(in crate::wire::grpc::client) fn news(&mut self) -> News {
        let end = self.end.as_ref().map(|end| Ended {
            outcome: end.outcome.clone(),
            trailer: end.orderly.then(|| end.trailer.clone()),
        });
        let is_new = !self.header_told || end.is_some();
        let header = self.header.as_ref().filter(|_| is_new).cloned();
        self.header_told |= header.is_some();
        News { header, end }
    }

    /// Whether the server has ended the stream in an orderly way.
    pub(in crate::wire::grpc::client) fn ended_by_server(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.orderly)
    }

    /// The body has ended, with these trailers, or is broken.
    pub(super) fn end_body(&mut self, end: Result<Option<HeaderMap>, Broken>) {
        match end {
            Ok(Some(trailers)) => self.end_orderly(&trailers),
            Ok(None) => self.end_with(Err(status::no_trailers())),
            Err(Broken::Message(error)) => self.end_with(Err(error)),
            Err(Broken::Stream(error)) => self.end_broken(&error),
        }
    }

    /// The server has ended the stream by these trailers.
    pub(super) fn end_orderly(&mut self, trailers: &HeaderMap) {
        let (outcome, trailer) = status::read_trailers(trailers);
        if let Err(error) = self.headers.add(trailer.held()) {
            return self.end_with(Err(error));
        }
        self.give_up();
        self.end = Some(End {
            outcome,
            trailer,
            orderly: true,
        });
    }

    /// The stream was reset, or its connection is gone.
    pub(super) fn end_broken(&mut self, error: &h2::Error) {
        self.note_lost(error);
        let error = status::of_h2(error, Deadline::is_past(self.deadline));
        self.end_with(Err(error));
    }

    /// Ends the stream at this side; the first end counts.
    pub(in crate::wire::grpc::client) fn end_with(&mut self, outcome: Result<()>) {
        self.give_up();
        self.end.get_or_insert(End {
            outcome,
            trailer: Metadata::new(),
            orderly: false,
        });
    }

    /// Gives the stream up. Messages that wait still count.
    fn give_up(&mut self) {
        if let Source::Body(body) = std::mem::replace(&mut self.source, Source::Ended)
            && !self.queue.is_empty()
        {
            self.account = Some(body.into_account());
        }
    }
}
