//! What a client's stream receives: header, messages, trailers.

mod ending;
mod lost;
mod queue;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;

use self::ending::End;
pub(super) use self::ending::News;
use self::lost::Lost;
use super::connection::Response;
use super::unary::second_response;
use super::waiters::{Place, Waiters};
use crate::call::Deadline;
use crate::error::Result;
use crate::metadata::Metadata;
use crate::wire::grpc::body::{Body, Broken, Next};
use crate::wire::grpc::headers;
use crate::wire::grpc::ledger::{Account, AheadCharge, HeaderCharge, Receiving};
use crate::wire::grpc::message::MessageReader;

/// The receiving direction of one stream. Its end is sticky, and comes after all messages.
pub(super) struct Inbox {
    source: Source,
    max_message: usize,
    /// Whether there is exactly one response, which counts only together with a good status.
    single: bool,
    /// When a reset by the server is taken for its own deadline.
    deadline: Option<Deadline>,
    header: Option<Metadata>,
    /// Counts the bytes of header and trailer against the limit of the connection.
    headers: HeaderCharge,
    /// Messages that were passed on the way to the trailers. Their room is not given back to the
    /// server, so that the stream's window bounds them.
    queue: VecDeque<Bytes>,
    /// What the queue holds, as the account counts it.
    queued: usize,
    /// How many messages of the queue are out of the buffers that they were read into.
    own: usize,
    /// Counts the bytes of messages that the user has at hand and has not received.
    ahead: AheadCharge,
    /// The account of a stream that has ended, while messages of it wait.
    account: Option<Account>,
    end: Option<End>,
    /// Whether the watch of the stream was told of the header.
    header_told: bool,
    /// Set when the stream ends with its connection.
    lost: Option<Box<Lost>>,
    waiters: Waiters,
}

enum Source {
    /// No response headers so far.
    Response(Response),
    Body(Body),
    Ended,
}

impl Inbox {
    pub(super) fn new(
        response: Response,
        single: bool,
        deadline: Option<Deadline>,
        max_message: usize,
    ) -> Self {
        Self {
            headers: response.header_charge(),
            ahead: response.ahead_charge(),
            source: Source::Response(response),
            max_message,
            single,
            deadline,
            header: None,
            queue: VecDeque::new(),
            queued: 0,
            own: 0,
            account: None,
            end: None,
            header_told: false,
            lost: None,
            waiters: Waiters::default(),
        }
    }

    /// Lets the connection reach the stream; see [`Account::bind`].
    pub(super) fn bind<S: Receiving + 'static>(&self, stream: &Arc<S>) {
        if let Source::Response(response) = &self.source {
            response.bind(stream);
        }
    }

    /// Moves messages to `batch`; see [`RawStream::poll_recv`](crate::wire::RawStream).
    pub(super) fn poll_recv(
        &mut self,
        cx: &Context<'_>,
        batch: &mut VecDeque<Bytes>,
    ) -> Poll<Result<bool>> {
        let waker = self.waiters.wait(Place::Recv, cx);
        let cx = &mut Context::from_waker(&waker);
        let some = match self.single {
            true => ready!(self.poll_single(cx, batch)),
            false => ready!(self.poll_batch(cx, batch)),
        };
        self.waiters.done(Place::Recv);
        Poll::Ready(match (&self.end, some) {
            (_, true) => Ok(true),
            (Some(end), false) => end.outcome.clone().map(|()| false),
            // The response counts from the end of the stream on.
            (None, false) => Ok(false),
        })
    }

    /// Ready with `false` only at the end.
    fn poll_batch(&mut self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<bool> {
        let before = batch.len();
        if batch.is_empty() {
            self.ahead.give_back();
        }
        if !self.take_queued(batch) {
            return Poll::Ready(true);
        }
        let waits = self.poll_response(cx).is_pending();
        let taken = match &mut self.source {
            Source::Body(body) => body.take_batch(cx, batch, &mut self.ahead),
            Source::Response(_) | Source::Ended => Ok(()),
        };
        let some = batch.len() > before;
        match taken {
            Err(Poll::Ready(end)) => self.end_body(end),
            Err(Poll::Pending) if !some => return Poll::Pending,
            Ok(()) if waits && !some => return Poll::Pending,
            Ok(()) | Err(Poll::Pending) => {}
        }
        // The server may go on when its messages are taken.
        if let Source::Body(body) = &mut self.source {
            body.release();
        }
        Poll::Ready(some)
    }

    /// The one response, once the status is known to be good.
    fn poll_single(&mut self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<bool> {
        ready!(self.poll_end(cx));
        let good = matches!(self.outcome(), Some(Ok(())));
        let some = good && !self.queue.is_empty();
        match good {
            true => self.take_queue(batch),
            false => self.take_queue(&mut VecDeque::new()),
        }
        Poll::Ready(some)
    }

    /// The server's header; the end's error if it came without one.
    pub(super) fn poll_header(&mut self, cx: &Context<'_>) -> Poll<Result<Metadata>> {
        let waker = self.waiters.wait(Place::Header, cx);
        ready!(self.poll_response(&mut Context::from_waker(&waker)));
        self.waiters.done(Place::Header);
        Poll::Ready(match (&self.header, self.outcome()) {
            (Some(header), _) => Ok(header.clone()),
            (None, Some(Err(error))) => Err(error.clone()),
            (None, _) => Ok(Metadata::new()),
        })
    }

    /// The server's trailer, also together with an error status.
    pub(super) fn poll_trailer(&mut self, cx: &Context<'_>) -> Poll<Result<Metadata>> {
        let waker = self.waiters.wait(Place::Trailer, cx);
        ready!(self.poll_end(&mut Context::from_waker(&waker)));
        self.waiters.done(Place::Trailer);
        Poll::Ready(match &self.end {
            Some(End {
                outcome: Err(error),
                orderly: false,
                ..
            }) => Err(error.clone()),
            Some(end) => Ok(end.trailer.clone()),
            None => Ok(Metadata::new()),
        })
    }

    /// Ready at the end of the stream; what comes before it is queued.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(message) = ready!(self.poll_message(cx)) {
            self.queue_up(message);
            if self.single && self.queue.len() > 1 {
                self.end_with(Err(second_response()));
            }
        }
        Poll::Ready(())
    }

    /// Takes what has arrived, without waiting for more.
    pub(super) fn take_arrived(&mut self) {
        let cx = &mut Context::from_waker(Waker::noop());
        let _ = self.poll_end(cx);
    }

    /// The next message off the wire; `None` at the end.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        ready!(self.poll_response(cx));
        let Source::Body(body) = &mut self.source else {
            return Poll::Ready(None);
        };
        match ready!(body.poll_next(cx)) {
            Ok(Next::Message(message)) => return Poll::Ready(Some(message)),
            Ok(Next::End(trailers)) => self.end_body(Ok(trailers)),
            Err(broken) => self.end_body(Err(broken)),
        }
        Poll::Ready(None)
    }

    /// Ready when the response headers are there, or will never be.
    pub(super) fn poll_response(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Source::Response(response) = &mut self.source else {
            return Poll::Ready(());
        };
        match ready!(Pin::new(response).poll(cx)) {
            Ok((response, account)) => self.begin(response, account),
            Err(Broken::Message(error)) => self.end_with(Err(error)),
            Err(Broken::Stream(error)) => self.end_broken(&error),
        }
        Poll::Ready(())
    }

    fn begin(&mut self, response: http::Response<h2::RecvStream>, account: Account) {
        let (head, body) = response.into_parts();
        let info = match headers::read_response(head.status, &head.headers) {
            Ok(info) => info,
            Err(error) => return self.end_with(Err(error)),
        };
        if body.is_end_stream() {
            return self.end_orderly(&head.headers);
        }
        if let Err(error) = self.headers.add(info.metadata.held()) {
            return self.end_with(Err(error));
        }
        let reader = MessageReader::new(self.max_message, info.encoding);
        self.header = Some(info.metadata);
        self.source = Source::Body(Body::new(body, reader, account));
    }

    /// Everybody who waits for something.
    pub(super) fn waiting(&mut self) -> [Option<Waker>; 3] {
        self.waiters.take()
    }
}
