//! A stream at the side that opened it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use h2::{Reason, SendStream};
use tokio::task::AbortHandle;

use super::connection::Response;
use super::inbox::{Inbox, News};
use crate::call::{CallEnds, Outgoing, StreamEnd, StreamWatch, Watch};
use crate::codec::Encode;
use crate::error::{CancelReason, Code, Error, Result};
use crate::metadata::Metadata;
use crate::sync::lock;
use crate::wire::grpc::drive_queue::{DriveQueue, Driven, Signal};
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::ledger::Receiving;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::send_buffer::{DriveOutcome, SeenFull, SendBuffer};
use crate::wire::grpc::status;
use crate::wire::{ClientRaw, RawStream, guard};

/// One stream, shared by its connection and its user. Locks are taken in the order of the fields.
pub(super) struct Stream {
    inbox: Mutex<Inbox>,
    out: Mutex<SendBuffer>,
    seen_full: SeenFull,
    signal: Arc<Signal>,
    /// Is told of the header and of the end, as soon as somebody looks at the stream: h2 gives them to
    /// nobody else.
    watch: Option<Arc<dyn StreamWatch>>,
    /// Watches deadline and parent, until the stream ends.
    guard: Mutex<Option<AbortHandle>>,
}

impl Stream {
    /// The stream of a call whose headers have been sent.
    pub(super) fn open(
        drive_queue: &Arc<DriveQueue>,
        output: &Arc<Output>,
        response: Response,
        send: SendStream<Payload>,
        call: &Outgoing,
        max_message: usize,
    ) -> Arc<dyn ClientRaw> {
        let stream = Arc::new(Self {
            inbox: Mutex::new(Inbox::new(
                response,
                call.is_single(),
                call.deadline,
                max_message,
            )),
            out: Mutex::new(SendBuffer::client(send, call.encoding, output)),
            seen_full: SeenFull::default(),
            signal: Signal::new(Arc::clone(drive_queue)),
            watch: call.watch.as_ref().map(Watch::stream),
            guard: Mutex::default(),
        });
        stream.signal.bind(&stream);
        lock(&stream.inbox).bind(&stream);
        if let Some(watch) = &stream.watch {
            watch.opened();
        }
        let weak = Arc::downgrade(&stream);
        let cancel = move |reason| {
            if let Some(stream) = weak.upgrade() {
                stream.cancel(reason);
            }
        };
        *lock(&stream.guard) = guard::watch(call.deadline, call.parent.clone(), cancel);
        stream
    }

    /// Looks at the stream's end behind a call on its inbox: what is left of the other direction
    /// is given up.
    fn settle(&self, mut inbox: MutexGuard<'_, Inbox>) {
        let news = self.watch.is_some().then(|| inbox.news());
        if inbox.outcome().is_none() {
            drop(inbox);
            return self.tell(news);
        }
        let reason = match inbox.ended_by_server() {
            true => Reason::NO_ERROR,
            false => Reason::CANCEL,
        };
        let sender = self.close_out(reason);
        drop(inbox);
        self.tell(news);
        if let Some(sender) = sender {
            sender.wake();
        }
        if let Some(guard) = lock(&self.guard).take() {
            guard.abort();
        }
    }

    /// Tells the watch what has happened. As in Kitex, a call over gRPC is over when its user has
    /// received the end.
    fn tell(&self, news: Option<News>) {
        let (Some(watch), Some(News { header, end })) = (&self.watch, news) else {
            return;
        };
        if let Some(header) = header {
            watch.header(&header);
        }
        if let Some(end) = end {
            watch.ended(StreamEnd {
                trailer: end.trailer.as_ref(),
                error: end.outcome.as_ref().err(),
                call: CallEnds::WhenSeen,
            });
        }
    }

    fn close_out(&self, reason: Reason) -> Option<Waker> {
        let mut out = lock(&self.out);
        if reason == Reason::NO_ERROR && !out.is_open() {
            return out.close();
        }
        out.reset(reason)
    }

    /// What a call on a stream that sends no more fails with.
    fn closed(&self) -> Error {
        let mut inbox = lock(&self.inbox);
        inbox.take_arrived();
        let error = match inbox.outcome() {
            Some(Err(error)) => error.clone(),
            Some(Ok(())) | None => status::grpc(Code::INTERNAL, "stream is closed send"),
        };
        self.settle(inbox);
        error
    }
}

impl Receiving for Stream {
    fn compact(&self) -> usize {
        let mut inbox = lock(&self.inbox);
        let copied = inbox.compact();
        self.settle(inbox);
        copied
    }

    fn end(&self, error: Error) {
        let mut inbox = lock(&self.inbox);
        let waiting = inbox.abandon(error);
        self.settle(inbox);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}

impl Driven for Stream {
    fn drive(&self, cx: &mut Context<'_>) -> usize {
        let (found, sender) = lock(&self.out).drive(cx);
        if let Some(sender) = sender {
            sender.wake();
        }
        match found {
            DriveOutcome::Fine(handed_on) => handed_on,
            // The inbox tells of it; the sender finds its direction closed.
            DriveOutcome::Reset(_) => 0,
            DriveOutcome::Exceeded(error) => {
                self.end(error);
                0
            }
        }
    }
}

impl RawStream for Stream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let poll_room = || lock(&self.out).poll_room(cx);
        self.seen_full.poll_room(poll_room).map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let mut out = lock(&self.out);
        if !out.is_open() {
            drop(out);
            return Err(self.closed());
        }
        out.put(message)?;
        self.seen_full.note(&out);
        drop(out);
        self.signal.raise();
        Ok(())
    }

    fn set_message_compression(&self, on: bool) {
        lock(&self.out).set_message_compression(on);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let mut inbox = lock(&self.inbox);
        let received = inbox.poll_recv(cx, batch);
        let received = inbox.in_turn(cx, received);
        self.settle(inbox);
        received
    }

    fn cancel(&self, reason: CancelReason) {
        let mut inbox = lock(&self.inbox);
        inbox.take_arrived();
        inbox.end_with(Err(status::of_cancel(&reason)));
        let waiting = inbox.waiting();
        self.settle(inbox);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        status::of_cancel(&CancelReason::RecvTimeout(timeout))
    }
}

impl ClientRaw for Stream {
    fn close_send(&self) -> Result<()> {
        lock(&self.out).half_close();
        self.signal.raise();
        Ok(())
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut inbox = lock(&self.inbox);
        let header = inbox.poll_header(cx);
        let header = inbox.in_turn(cx, header);
        self.settle(inbox);
        header
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut inbox = lock(&self.inbox);
        let trailer = inbox.poll_trailer(cx);
        let trailer = inbox.in_turn(cx, trailer);
        self.settle(inbox);
        trailer
    }

    /// A call with one response ends with it.
    fn detach(&self) {}
}
