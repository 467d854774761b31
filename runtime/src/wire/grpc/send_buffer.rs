//! The sending direction of one stream: messages wait until the peer's windows take them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::{HeaderMap, Response};

use super::data_frames::flush;
use super::gather::Payload;
use super::message;
use super::output::{Output, OutputCharge};
use crate::call::Encoding;
use crate::codec::Encode;
use crate::error::{Error, Result};

/// Bytes that may wait for the connection before a sender waits; it goes on at half of it.
const HIGH_WATER: usize = 64 * 1024;

/// The bytes that one stream has to send. The connection's task hands them to h2 in
/// [`SendBuffer::drive`].
pub(super) struct SendBuffer {
    sink: Sink,
    /// How messages are compressed, if they are.
    encoding: Option<Encoding>,
    /// Whether they are not, though there is an encoding.
    uncompressed: bool,
    /// Messages with their prefixes, back to back.
    buf: BytesMut,
    end: Option<End>,
    /// What of `buf` the peer's windows do not take.
    stalled: OutputCharge,
    /// The sender that waits for room.
    sender: Option<Waker>,
}

enum Sink {
    /// A server's stream before its response headers.
    Respond(SendResponse<Payload>),
    Open(SendStream<Payload>),
    /// Ended: nothing is sent any more.
    Closed,
}

/// What follows the last message.
enum End {
    /// END_STREAM on an empty DATA frame (client).
    HalfClose,
    /// Trailers; and a reset if the peer is still sending (server).
    Trailers(HeaderMap),
    /// Nothing: it has been sent.
    Sent,
}

/// The state in which [`SendBuffer::drive`] found the stream.
pub(super) enum DriveOutcome {
    /// As it should be; this many bytes were handed on.
    Fine(usize),
    /// The peer reset it, or the connection is gone.
    Reset(Result<Reason, h2::Error>),
    /// It cannot send, and too much waits on its connection: it was reset for this reason.
    Exceeded(Error),
}

/// Lets the sender of a stream skip the lock around its buffer while there is room.
///
/// Only the sender writes this flag, so a clear flag means that the sender saw room after its last
/// message. The room can only have grown since.
#[derive(Default)]
pub(super) struct SeenFull(AtomicBool);

impl SeenFull {
    /// Notes, behind each message that was sent, whether the buffer is full now.
    pub(super) fn note(&self, buffer: &SendBuffer) {
        if buffer.is_full() {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Ready when the buffer has room, or will never have any. `poll_room` is
    /// [`SendBuffer::poll_room`].
    pub(super) fn poll_room(&self, poll_room: impl FnOnce() -> Poll<()>) -> Poll<()> {
        if self.0.load(Ordering::Relaxed) {
            ready!(poll_room());
            self.0.store(false, Ordering::Relaxed);
        }
        Poll::Ready(())
    }
}

impl SendBuffer {
    pub(super) fn client(
        stream: SendStream<Payload>,
        encoding: Option<Encoding>,
        output: &Arc<Output>,
    ) -> Self {
        Self::new(Sink::Open(stream), encoding, output)
    }

    pub(super) fn server(
        respond: SendResponse<Payload>,
        encoding: Option<Encoding>,
        output: &Arc<Output>,
    ) -> Self {
        Self::new(Sink::Respond(respond), encoding, output)
    }

    fn new(sink: Sink, encoding: Option<Encoding>, output: &Arc<Output>) -> Self {
        Self {
            sink,
            encoding,
            uncompressed: false,
            buf: BytesMut::new(),
            end: None,
            stalled: output.charge(0),
            sender: None,
        }
    }

    /// Whether messages can be sent.
    pub(super) fn is_open(&self) -> bool {
        self.end.is_none() && !matches!(self.sink, Sink::Closed)
    }

    /// Whether the response headers are still to be sent.
    pub(super) fn awaits_headers(&self) -> bool {
        matches!(self.sink, Sink::Respond(_))
    }

    /// Whether messages are compressed from here on, if there is an encoding.
    pub(super) fn set_message_compression(&mut self, on: bool) {
        self.uncompressed = !on;
    }

    /// Queues one message.
    ///
    /// # Errors
    /// One that is too long to send.
    pub(super) fn put(&mut self, message: &dyn Encode) -> Result<()> {
        let encoding = self.encoding.filter(|_| !self.uncompressed);
        message::put(message, encoding, &mut self.buf)
    }

    fn is_full(&self) -> bool {
        let len = self.buf.len();
        len >= HIGH_WATER || len > 0 && self.stalled.output().is_pressed()
    }

    /// Ready when there is room, or never will be.
    pub(super) fn poll_room(&mut self, cx: &Context<'_>) -> Poll<()> {
        if !self.is_full() || !self.is_open() {
            return Poll::Ready(());
        }
        self.wait(cx);
        Poll::Pending
    }

    /// Sends the response headers.
    pub(super) fn send_headers(&mut self, response: Response<()>) -> Result<(), h2::Error> {
        if let Sink::Respond(respond) = &mut self.sink {
            self.sink = Sink::Open(respond.send_response(response, false)?);
        }
        Ok(())
    }

    /// A response without messages: its headers are its trailers.
    pub(super) fn send_only_trailers(&mut self, response: Response<()>) -> Result<(), h2::Error> {
        if let Sink::Respond(respond) = &mut self.sink {
            respond.send_response(response, true)?;
            self.sink = Sink::Closed;
        }
        Ok(())
    }

    /// Half-closes behind the last message (client).
    pub(super) fn half_close(&mut self) {
        if self.is_open() {
            self.end = Some(End::HalfClose);
        }
    }

    /// Ends the response behind its last message (server).
    pub(super) fn finish(&mut self, trailers: HeaderMap) {
        if self.is_open() {
            self.end = Some(End::Trailers(trailers));
        }
    }

    /// Ends the stream at once; what was not handed on is dropped.
    #[must_use = "the sender is to be woken without a lock"]
    pub(super) fn reset(&mut self, reason: Reason) -> Option<Waker> {
        match &mut self.sink {
            Sink::Respond(respond) => respond.send_reset(reason),
            Sink::Open(stream) => stream.send_reset(reason),
            Sink::Closed => {}
        }
        self.close()
    }

    /// Drops what is left. Gives the sender, which is to be woken.
    #[must_use = "the sender is to be woken without a lock"]
    pub(super) fn close(&mut self) -> Option<Waker> {
        self.sink = Sink::Closed;
        self.buf = BytesMut::new();
        self.stalled.set(0);
        self.sender.take()
    }

    /// Hands on as much as the peer's windows allow, and looks for a reset.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) -> (DriveOutcome, Option<Waker>) {
        let reset = match &mut self.sink {
            Sink::Closed => return (DriveOutcome::Fine(0), None),
            Sink::Respond(respond) => respond.poll_reset(cx),
            Sink::Open(stream) => stream.poll_reset(cx),
        };
        if let Poll::Ready(reset) = reset {
            return (DriveOutcome::Reset(reset), self.close());
        }
        let waiting = self.buf.len();
        if let Sink::Open(stream) = &mut self.sink
            && let Err(error) = flush(stream, &mut self.buf, self.stalled.output(), cx)
        {
            return (DriveOutcome::Reset(Err(error)), self.close());
        }
        let handed_on = waiting - self.buf.len();
        if let Some(exceeded) = self.count_stalled() {
            return (exceeded, self.close());
        }
        self.finish_if_due();
        // A finished stream's sender waits for its very end.
        let relieved = match self.end {
            None => self.buf.len() < HIGH_WATER / 2 && !self.is_full(),
            Some(_) => matches!(self.sink, Sink::Closed) || matches!(self.end, Some(End::Sent)),
        };
        (
            DriveOutcome::Fine(handed_on),
            if relieved { self.sender.take() } else { None },
        )
    }

    /// Counts what could not be handed on. Resets the stream if that is too much.
    fn count_stalled(&mut self) -> Option<DriveOutcome> {
        if self.buf.is_empty() {
            self.stalled.set(0);
            return None;
        }
        self.stalled.set(self.buf.capacity());
        let output = self.stalled.output();
        if !output.is_exceeded_by(0) {
            return None;
        }
        let error = output.end_stream();
        match &mut self.sink {
            Sink::Respond(respond) => respond.send_reset(Reason::ENHANCE_YOUR_CALM),
            Sink::Open(stream) => stream.send_reset(Reason::ENHANCE_YOUR_CALM),
            Sink::Closed => {}
        }
        Some(DriveOutcome::Exceeded(error))
    }

    fn finish_if_due(&mut self) {
        let Sink::Open(stream) = &mut self.sink else {
            return;
        };
        if !self.buf.is_empty() {
            return;
        }
        let Some(end) = &mut self.end else {
            return;
        };
        // Errors mean that the stream has ended otherwise, which its reader finds out.
        match std::mem::replace(end, End::Sent) {
            End::HalfClose => {
                let _ = stream.send_data(Bytes::new().into(), true);
            }
            End::Trailers(trailers) => {
                let _ = stream.send_trailers(trailers);
                self.sink = Sink::Closed;
            }
            End::Sent => {}
        }
    }

    /// Ready when everything was handed on, trailers included, or never will be (server).
    pub(super) fn poll_finished(&mut self, cx: &Context<'_>) -> Poll<()> {
        if matches!(self.sink, Sink::Closed) {
            return Poll::Ready(());
        }
        self.wait(cx);
        Poll::Pending
    }

    fn wait(&mut self, cx: &Context<'_>) {
        match &mut self.sender {
            Some(sender) => sender.clone_from(cx.waker()),
            None => self.sender = Some(cx.waker().clone()),
        }
    }
}
