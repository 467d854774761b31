//! A stream at the side that runs its handler.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;
use h2::Reason;

use super::receive::{ReceiveState, Refused};
use super::respond::Responder;
use crate::call::{Cancellation, Deadline};
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;
use crate::sync::lock;
use crate::wire::grpc::body::Body;
use crate::wire::grpc::drive_queue::{Driven, Signal};
use crate::wire::grpc::ledger::Receiving;
use crate::wire::grpc::send_buffer::{DriveOutcome, SeenFull, SendBuffer};
use crate::wire::grpc::{metadata, status};
use crate::wire::{RawStream, ServerRaw, Turn};

/// One stream, shared by its connection and its handler.
pub(super) struct IncomingStream {
    signal: Arc<Signal>,
    responder: Responder,
    /// Name of the calling service, for the text of its cancel.
    caller: FastStr,
    deadline: Option<Deadline>,
    /// Fires when the stream ends, with the reason.
    pub(super) cancellation: Cancellation,
    out: Mutex<SendState>,
    seen_full: SeenFull,
    receiving: Mutex<ReceiveState>,
}

/// The sending direction.
struct SendState {
    buffer: SendBuffer,
    header: Metadata,
    trailer: Metadata,
}

impl IncomingStream {
    pub(super) fn new(
        signal: Arc<Signal>,
        responder: Responder,
        caller: FastStr,
        deadline: Option<Deadline>,
        buffer: SendBuffer,
        body: Body,
    ) -> Arc<Self> {
        let stream = Arc::new(Self {
            signal,
            responder,
            caller,
            deadline,
            cancellation: Cancellation::new(),
            out: Mutex::new(SendState {
                buffer,
                header: Metadata::new(),
                trailer: Metadata::new(),
            }),
            seen_full: SeenFull::default(),
            receiving: Mutex::new(ReceiveState::new(body)),
        });
        stream.signal.bind(&stream);
        lock(&stream.receiving).bind(&stream);
        // The first drive registers for resets.
        stream.signal.raise();
        stream
    }

    /// How the messages of the stream are encoded.
    pub(super) fn payload(&self) -> PayloadCodec {
        self.responder.payload
    }

    /// The handler has returned: sends what is left to send.
    pub(super) fn finish(&self, outcome: &Result<()>) {
        self.end_with(outcome);
        self.cancel_with(handler_returned());
        // Dropped without its lock. A client that still sends is told to stop (statement 35).
        let body = lock(&self.receiving).body.take();
        drop(body);
    }

    /// Ends the stream ahead of its handler, which is told why.
    pub(super) fn fail(&self, error: Error) {
        self.end_with(&Err(error.clone()));
        self.cancel_with(error);
    }

    /// Tells the handler that its call is over: by its context, and where it waits for a message.
    fn cancel_with(&self, reason: Error) {
        self.cancellation.cancel(reason);
        let reader = lock(&self.receiving).take_reader();
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Trailers, behind the header if that is due.
    fn end_with(&self, outcome: &Result<()>) {
        let mut out = lock(&self.out);
        if !out.buffer.is_open() {
            return;
        }
        let (header, trailer) = (
            std::mem::take(&mut out.header),
            std::mem::take(&mut out.trailer),
        );
        if out.buffer.awaits_headers() && header.is_empty() {
            let only = self.responder.only_trailers(outcome, &trailer);
            // Refused on a stream that is gone, and then nobody waits for it.
            let _ = out.buffer.send_only_trailers(only);
        } else {
            let _ = out.buffer.send_headers(self.responder.headers(&header));
            out.buffer
                .finish(self.responder.trailers(outcome, &trailer));
        }
        drop(out);
        self.signal.raise();
    }

    /// Ends the stream without an answer.
    pub(super) fn reset(&self, reason: Reason, error: Error) {
        let sender = lock(&self.out).buffer.reset(reason);
        self.cancel_with(error);
        if let Some(sender) = sender {
            sender.wake();
        }
    }

    /// Ready when its task may go on, though others end at the same time.
    pub(super) fn poll_turn(&self, turn: &mut Turn, cx: &Context<'_>) -> Poll<()> {
        match &lock(&self.receiving).body {
            Some(body) => turn.poll(body.account().turns(), cx),
            None => Poll::Ready(()),
        }
    }

    /// Ready when all that the handler left has been handed on.
    pub(super) fn poll_finished(&self, cx: &mut Context<'_>) -> Poll<()> {
        lock(&self.out).buffer.poll_finished(cx)
    }

    fn canceled_by_peer(&self, error: &h2::Error) -> Error {
        status::canceled_by_peer(error, &self.caller, self.deadline)
    }

    fn end_reason(&self) -> Error {
        match self.cancellation.reason() {
            Some(reason) => reason.clone(),
            None => handler_returned(),
        }
    }
}

impl Receiving for IncomingStream {
    fn compact(&self) -> usize {
        lock(&self.receiving).compact()
    }

    fn end(&self, error: Error) {
        let (body, reader) = lock(&self.receiving).refuse(error.clone());
        self.fail(error);
        drop(body);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl Driven for IncomingStream {
    fn drive(&self, cx: &mut Context<'_>) -> usize {
        let (found, sender) = lock(&self.out).buffer.drive(cx);
        let handed_on = match found {
            DriveOutcome::Fine(handed_on) => handed_on,
            DriveOutcome::Exceeded(error) => {
                self.cancel_with(error);
                0
            }
            DriveOutcome::Reset(reset) => {
                let error = reset.map_or_else(|error| error, h2::Error::from);
                self.cancel_with(self.canceled_by_peer(&error));
                0
            }
        };
        if let Some(sender) = sender {
            sender.wake();
        }
        handed_on
    }
}

impl RawStream for IncomingStream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(reason) = self.cancellation.reason() {
            return Poll::Ready(Err(reason.clone()));
        }
        let poll_room = || lock(&self.out).buffer.poll_room(cx);
        self.seen_full.poll_room(poll_room).map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let mut locked = lock(&self.out);
        let out = &mut *locked;
        if !out.buffer.is_open() {
            return Err(self.end_reason());
        }
        if out.buffer.awaits_headers() {
            let header = std::mem::take(&mut out.header);
            let sent = out.buffer.send_headers(self.responder.headers(&header));
            sent.map_err(|error| self.canceled_by_peer(&error))?;
        }
        out.buffer.put(message)?;
        self.seen_full.note(&out.buffer);
        drop(locked);
        self.signal.raise();
        Ok(())
    }

    fn set_message_compression(&self, on: bool) {
        lock(&self.out).buffer.set_message_compression(on);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let mut receiving = lock(&self.receiving);
        let received = receiving.poll_recv(cx, batch, &self.cancellation, |error| {
            self.canceled_by_peer(error)
        });
        drop(receiving);
        match received {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(some)) => Poll::Ready(Ok(some)),
            Poll::Ready(Err(Refused::Message(error))) => {
                self.fail(error.clone());
                Poll::Ready(Err(error))
            }
            Poll::Ready(Err(Refused::Ended(error))) => {
                let error = error.unwrap_or_else(|| self.end_reason());
                self.cancellation.cancel(error.clone());
                Poll::Ready(Err(error))
            }
        }
    }

    /// A client that takes nothing would not take the trailers either, and what waits for it would
    /// stay: its stream is reset.
    fn cancel(&self, reason: CancelReason) {
        let error = status::of_server_cancel(&reason);
        if matches!(reason, CancelReason::SendTimeout(_)) {
            self.reset(Reason::CANCEL, error.clone());
        }
        self.end(error);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        status::of_server_cancel(&CancelReason::RecvTimeout(timeout))
    }
}

impl ServerRaw for IncomingStream {
    fn set_header(&self, header: Metadata) -> Result<()> {
        metadata::check(&header)?;
        let mut out = lock(&self.out);
        if !out.buffer.awaits_headers() {
            return Err(misuse("stream header already sent"));
        }
        out.header.merge(header);
        Ok(())
    }

    fn send_header(&self, header: Metadata) -> Result<()> {
        metadata::check(&header)?;
        let mut out = lock(&self.out);
        if !out.buffer.awaits_headers() {
            return Err(misuse("stream header already sent"));
        }
        out.header.merge(header);
        let header = std::mem::take(&mut out.header);
        let sent = out.buffer.send_headers(self.responder.headers(&header));
        sent.map_err(|error| self.canceled_by_peer(&error))
    }

    fn set_trailer(&self, trailer: Metadata) -> Result<()> {
        metadata::check(&trailer)?;
        let mut out = lock(&self.out);
        if !out.buffer.is_open() {
            return Err(misuse("stream trailer already sent"));
        }
        out.trailer.merge(trailer);
        Ok(())
    }
}

#[cold]
fn misuse(text: &'static str) -> Error {
    Error::new(ErrorKind::Protocol, 0, text)
}

#[cold]
fn handler_returned() -> Error {
    status::of_cancel(&CancelReason::HandlerReturned)
}
