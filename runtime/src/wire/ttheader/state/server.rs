//! The server's end of a stream (3.3).

mod unsent;

use std::collections::VecDeque;
use std::mem::{replace, take};
use std::task::Poll;

use bytes::Bytes;
use faststr::FastStr;

use self::unsent::Unsent;
use super::cancel::cancel_error;
use super::effects::{Effects, Outgoing, Wake};
use super::errors::{
    connection_closed_cancel, handler_returned, queue_overflow, unexpected_header,
};
use super::outcome::Outcome;
use super::queue::{QueueFull, QueueLimits, RecvQueue};
use super::rst::rst_error;
use super::trailer::trailer_error;
use crate::codec::ApplicationException;
use crate::error::{CancelReason, Error, Result, Side};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{Frame, FrameBody, FrameKind, check_pairs};

const INTERNAL_ERROR: i32 = ApplicationException::INTERNAL_ERROR;

/// A stream as its handler sees it, from the moment its HEADER has been read.
#[derive(Debug)]
pub struct ServerStream {
    sid: i32,
    method: FastStr,
    queue: RecvQueue,
    /// Set by the client's TRAILER: no more messages, and the error it carried, if any.
    half_close: Option<Option<Error>>,
    /// Which of the two ends Recv has reported, once the queue was empty; it stays.
    recv_end: Option<RecvEnd>,
    header_sent: bool,
    trailer_sent: bool,
    /// What the handler has set for them. Boxed, because most handlers set nothing.
    unsent: Option<Box<Unsent>>,
    /// Why the stream ended.
    reason: Option<Error>,
}

#[derive(Debug, Clone, Copy)]
enum RecvEnd {
    /// The stream has ended.
    Reason,
    /// The client sends no more.
    HalfClose,
}

impl ServerStream {
    /// A stream that the client opened with id `sid` (any value, statement 15) for `method`.
    #[must_use]
    pub fn new(sid: i32, method: FastStr, limits: QueueLimits) -> Self {
        Self {
            sid,
            method,
            queue: RecvQueue::new(limits),
            half_close: None,
            recv_end: None,
            header_sent: false,
            trailer_sent: false,
            unsent: None,
            reason: None,
        }
    }

    /// Whether the handler may send a message now. If so, the connection writes the returned
    /// HEADER, if any, and then DATA (statement 33). Works after the client's half-close
    /// (statement 44).
    ///
    /// # Errors
    /// The reason the stream ended for.
    #[inline]
    pub fn send(&mut self) -> Result<Option<Outgoing>> {
        match &self.reason {
            Some(reason) => Err(reason.clone()),
            None => Ok(self.take_header()),
        }
    }

    /// Moves arrived messages into `batch`, many at a time. `true`: there were some. `false`: the
    /// client has half-closed. The end comes after the last message and stays (statement 43).
    ///
    /// Only the first message has been asked for. `may_take_ahead` decides about the others, from the
    /// bytes of memory that they can keep alive; if it refuses, they stay, and count as waiting.
    #[inline]
    pub fn recv_into(
        &mut self,
        batch: &mut VecDeque<Bytes>,
        may_take_ahead: impl FnOnce(usize) -> bool,
    ) -> Poll<Result<bool>> {
        if self.queue.drain_into(batch, may_take_ahead) {
            return Poll::Ready(Ok(true));
        }
        let end = match (self.recv_end, &self.reason, &self.half_close) {
            (Some(end), ..) => end,
            (None, Some(_), _) => RecvEnd::Reason,
            (None, None, Some(_)) => RecvEnd::HalfClose,
            (None, None, None) => return Poll::Pending,
        };
        self.recv_end = Some(end);
        let error = match end {
            RecvEnd::Reason => self.reason.clone(),
            RecvEnd::HalfClose => self.half_close.clone().flatten(),
        };
        Poll::Ready(error.map_or(Ok(false), Err))
    }

    /// The handler has returned. Writes HEADER if unsent, and TRAILER, also after an RST, which
    /// the client ignores (statement 66). A second call does nothing.
    ///
    /// The connection forgets the stream's id before it writes (3.3).
    pub fn finish(&mut self, outcome: Outcome) -> Effects {
        let ended = self.end(handler_returned(Side::Server));
        let write = self.last_frames(outcome);
        if ended {
            Effects::end(write)
        } else {
            Effects {
                write,
                ..Effects::none()
            }
        }
    }

    /// HEADER if unsent, and TRAILER; nothing if that was sent.
    fn last_frames(&mut self, outcome: Outcome) -> Vec<Outgoing> {
        if replace(&mut self.trailer_sent, true) {
            return Vec::new();
        }
        let unsent = self.unsent.as_mut();
        let mut strings = unsent.map_or_else(Metadata::new, |unsent| take(&mut unsent.trailer));
        let mut exception = outcome.into_trailer(&mut strings);
        // Only a long business message gets here: the client must still be told of the end.
        if let Err(error) = check_pairs(FrameKind::Trailer, &self.method, &strings) {
            let text = format!("trailer cannot be sent: {error}");
            exception = Some(ApplicationException::new(INTERNAL_ERROR, text));
            strings = Metadata::new();
        }
        let trailer = Outgoing::Trailer { strings, exception };
        self.take_header().into_iter().chain([trailer]).collect()
    }

    /// Takes a frame of this stream. META is not for servers and ignored (statement 40).
    ///
    /// # Errors
    /// Fatal for the connection: a second HEADER for a live id (12002). Kitex drops the old stream
    /// and leaks its handler (defect 9.9).
    pub fn on_frame(&mut self, frame: Frame) -> Result<Effects> {
        match frame.body {
            _ if self.reason.is_some() => Ok(Effects::none()),
            FrameBody::Data => Ok(self.on_data(frame.payload)),
            FrameBody::Trailer(info) => Ok(self.on_trailer(&info.strings, &frame.payload)),
            FrameBody::Rst(info) => {
                self.end(rst_error(Side::Server, &info.strings, &frame.payload));
                Ok(Effects::end(Vec::new()))
            }
            FrameBody::Meta(_) => Ok(Effects::none()),
            FrameBody::Header(_) => Err(unexpected_header(Side::Server, self.sid)),
        }
    }

    /// Takes one message; ignored after half-close or end. A message that exceeds the queue's
    /// bounds is dropped and ends the stream; the client is told by an exception TRAILER.
    #[inline]
    pub fn on_data(&mut self, payload: Bytes) -> Effects {
        if self.half_close.is_some() || self.reason.is_some() {
            return Effects::none();
        }
        match self.queue.push(payload) {
            Ok(()) => Effects::waking(Wake::Recv),
            Err(full) => self.overflow(full),
        }
    }

    /// Takes all messages of `batch`, `bytes` bytes in all, as [`ServerStream::on_data`] takes one.
    #[inline]
    pub fn on_batch(&mut self, batch: &mut VecDeque<Bytes>, bytes: usize) -> Effects {
        if self.half_close.is_some() || self.reason.is_some() {
            return Effects::none();
        }
        match self.queue.push_all(batch, bytes) {
            Ok(()) => Effects::waking(Wake::Recv),
            Err(full) => self.overflow(full),
        }
    }

    fn on_trailer(&mut self, strings: &Metadata, payload: &Bytes) -> Effects {
        if self.half_close.is_some() {
            return Effects::none();
        }
        self.half_close = Some(trailer_error(Side::Server, strings, payload));
        Effects::waking(Wake::Recv)
    }

    /// This side ends the stream ahead of its handler. The client gets the TRAILER that it would get
    /// if the handler returned the error.
    pub fn cancel(&mut self, reason: CancelReason) -> Effects {
        if self.reason.is_some() {
            return Effects::none();
        }
        let (error, _) = cancel_error(Side::Server, reason);
        let outcome = Outcome::from_handler(Err(error.clone()));
        self.end(error);
        Effects::end(self.last_frames(outcome))
    }

    /// The connection is gone; `cause` is what its reader failed with, if known. The handler is
    /// cancelled with 12013.
    pub fn on_connection_lost(&mut self, cause: Option<&Error>) -> Effects {
        match self.end(connection_closed_cancel(cause)) {
            true => Effects::end(Vec::new()),
            false => Effects::none(),
        }
    }

    #[cold]
    fn overflow(&mut self, full: QueueFull) -> Effects {
        let exception = ApplicationException::new(INTERNAL_ERROR, full.to_string());
        self.end(queue_overflow(Side::Server, full));
        Effects::end(self.last_frames(Outcome::Exception(exception)))
    }

    /// Ends the stream for `reason`, unless it has ended; returns whether this was the end.
    fn end(&mut self, reason: Error) -> bool {
        let first = self.reason.is_none();
        if first {
            self.reason = Some(reason);
        }
        first
    }

    /// The stream's id.
    #[must_use]
    pub fn sid(&self) -> i32 {
        self.sid
    }

    /// The method the client opened the stream for.
    #[must_use]
    pub fn method(&self) -> &FastStr {
        &self.method
    }

    /// Why the stream ended: what the handler's context is cancelled with, and what cascades to
    /// the streams the handler has opened. `None` while it lives.
    #[must_use]
    pub fn reason(&self) -> Option<&Error> {
        self.reason.as_ref()
    }

    /// Copies messages that wait out of the buffers that they share with other streams', about `most`
    /// bytes at a time. Whether there are more.
    pub fn unshare(&mut self, most: usize) -> bool {
        self.queue.unshare(most)
    }

    /// The streams of the connection hold more than `budget` bytes, and this one the most: drops its
    /// messages, and ends it if it has not ended.
    pub fn shed(&mut self, budget: usize) -> Effects {
        self.queue.clear();
        if self.reason.is_some() {
            return Effects::none();
        }
        self.overflow(QueueFull::Connection(budget))
    }

    /// Cost in bytes of the messages that have arrived and not been received.
    #[inline]
    #[must_use]
    pub fn queued_cost(&self) -> usize {
        self.queue.cost()
    }
}
