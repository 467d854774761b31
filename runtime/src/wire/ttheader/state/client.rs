//! The client's end of a stream (3.2).

use std::collections::VecDeque;
use std::task::Poll;

use bytes::Bytes;
use faststr::FastStr;

use super::cancel::{append_path, cancel_error};
use super::effects::{Effects, Outgoing, Wake};
use super::errors::{closed_send, misuse, queue_overflow, unexpected_header};
use super::queue::{QueueFull, QueueLimits, RecvQueue};
use super::rst::rst_error;
use super::trailer::trailer_error;
use crate::codec::ApplicationException;
use crate::error::{CancelReason, Error, ErrorKind, Result, Side};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{Frame, FrameBody};

/// A stream as its client sees it, from the moment its HEADER is written.
///
/// A TRAILER of the server ends both directions at once. Every end but the first is ignored, and
/// every result after the end is the same however often it is asked for.
#[derive(Debug)]
pub struct ClientStream {
    sid: i32,
    own_name: FastStr,
    half_closed: bool,
    queue: RecvQueue,
    header: Option<Metadata>,
    end: Option<Box<End>>,
}

/// How the stream ended.
#[derive(Debug)]
enum End {
    /// By the server's TRAILER: with its map, and with the error it stands for, if any.
    Trailer(Metadata, Option<Error>),
    /// By an RST of the server.
    Rst(Error),
    /// By this side: cancel, timeout, lost connection.
    Local(Error),
}

impl End {
    fn error(&self) -> Option<&Error> {
        match self {
            Self::Trailer(_, error) => error.as_ref(),
            Self::Rst(error) | Self::Local(error) => Some(error),
        }
    }
}

impl ClientStream {
    /// A stream with id `sid`, open both ways. `own_name` is the caller name the client was
    /// configured with, possibly empty: what this node adds to the path of a cancel.
    #[must_use]
    pub const fn new(sid: i32, own_name: FastStr, limits: QueueLimits) -> Self {
        let queue = RecvQueue::new(limits);
        Self {
            sid,
            own_name,
            half_closed: false,
            queue,
            header: None,
            end: None,
        }
    }

    /// Whether the user may send a message now. If so, the connection writes DATA.
    ///
    /// # Errors
    /// The error the stream ended with; code 12005 after a half-close or a clean end.
    #[inline]
    pub fn send(&self) -> Result<()> {
        match &self.end {
            None if !self.half_closed => Ok(()),
            None => Err(closed_send(Side::Client)),
            Some(end) => Err(end
                .error()
                .cloned()
                .unwrap_or_else(|| closed_send(Side::Client))),
        }
    }

    /// Half-closes; the TRAILER to write, or `None` if the stream was already closed for sending
    /// (statement 41).
    pub fn close_send(&mut self) -> Option<Outgoing> {
        if self.half_closed || self.end.is_some() {
            return None;
        }
        self.half_closed = true;
        Some(Outgoing::empty_trailer())
    }

    /// Moves arrived messages into `batch`, many at a time. `true`: there were some. `false`:
    /// clean end of stream. Messages come before any error, also before a business error or a cancel that
    /// arrived while they waited (statement 70; Kitex differs for business errors, defect 9.5).
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
        match &self.end {
            None => Poll::Pending,
            Some(end) => Poll::Ready(end.error().cloned().map_or(Ok(false), Err)),
        }
    }

    /// The server's header map. A stream that ends without HEADER has an empty one if its TRAILER
    /// has no pairs either.
    ///
    /// # Errors
    /// `stream is closed` if a TRAILER with pairs came instead, `stream is canceled` if an RST
    /// did (7.1), otherwise the error the stream ended with.
    pub fn header(&self) -> Poll<Result<&Metadata>> {
        static EMPTY: Metadata = Metadata::new();
        if let Some(header) = &self.header {
            return Poll::Ready(Ok(header));
        }
        match self.end.as_deref() {
            None => Poll::Pending,
            Some(End::Trailer(trailer, _)) if trailer.is_empty() => Poll::Ready(Ok(&EMPTY)),
            Some(End::Trailer(..)) => Poll::Ready(Err(misuse("stream is closed"))),
            Some(End::Rst(_)) => Poll::Ready(Err(stream_is_canceled())),
            Some(End::Local(error)) => Poll::Ready(Err(error.clone())),
        }
    }

    /// The server's trailer map, with business keys if there were any; empty for an empty TRAILER
    /// (Kitex fails here, defect 9.4). Readable together with an error (statement 57).
    ///
    /// # Errors
    /// `stream is canceled` after an RST (7.1), otherwise the error the stream ended with.
    pub fn trailer(&self) -> Poll<Result<&Metadata>> {
        match self.end.as_deref() {
            None => Poll::Pending,
            Some(End::Trailer(trailer, _)) => Poll::Ready(Ok(trailer)),
            Some(End::Rst(_)) => Poll::Ready(Err(stream_is_canceled())),
            Some(End::Local(error)) => Poll::Ready(Err(error.clone())),
        }
    }

    /// Takes a frame of this stream.
    ///
    /// # Errors
    /// Fatal for the connection: a second HEADER (12002, statement 38).
    pub fn on_frame(&mut self, frame: Frame) -> Result<Effects> {
        match frame.body {
            _ if self.end.is_some() => Ok(Effects::none()),
            FrameBody::Data => Ok(self.on_data(frame.payload)),
            FrameBody::Header(info) => self.on_header(info.strings),
            FrameBody::Trailer(info) => Ok(self.on_trailer(info.strings, &frame.payload)),
            FrameBody::Rst(info) => {
                let error = rst_error(Side::Client, &info.strings, &frame.payload);
                Ok(self.finish(End::Rst(error), None))
            }
            // Proxies tell a client of its live stream (2.5), which nobody here asks for.
            FrameBody::Meta(_) => Ok(Effects::none()),
        }
    }

    /// Takes one message; ignored after the end. A message that exceeds the queue's bounds is
    /// dropped and ends the stream: 12011, with an RST.
    #[inline]
    pub fn on_data(&mut self, payload: Bytes) -> Effects {
        if self.end.is_some() {
            return Effects::none();
        }
        match self.queue.push(payload) {
            Ok(()) => Effects::waking(Wake::Recv),
            Err(full) => self.end_locally(queue_overflow(Side::Client, full), FastStr::empty()),
        }
    }

    /// Takes all messages of `batch`, `bytes` bytes in all, as [`ClientStream::on_data`] takes one.
    #[inline]
    pub fn on_batch(&mut self, batch: &mut VecDeque<Bytes>, bytes: usize) -> Effects {
        if self.end.is_some() {
            return Effects::none();
        }
        match self.queue.push_all(batch, bytes) {
            Ok(()) => Effects::waking(Wake::Recv),
            Err(full) => self.end_locally(queue_overflow(Side::Client, full), FastStr::empty()),
        }
    }

    fn on_header(&mut self, strings: Metadata) -> Result<Effects> {
        if self.header.is_some() {
            return Err(unexpected_header(Side::Client, self.sid));
        }
        self.header = Some(strings);
        Ok(Effects::waking(Wake::Header))
    }

    fn on_trailer(&mut self, strings: Metadata, payload: &Bytes) -> Effects {
        let error = trailer_error(Side::Client, &strings, payload);
        self.finish(End::Trailer(strings, error), None)
    }

    /// Ends the stream from this side and tells the server: RST, with a TRAILER behind it unless
    /// half-closed (statement 63). Ignored after the end.
    pub fn cancel(&mut self, reason: CancelReason) -> Effects {
        if self.end.is_some() {
            return Effects::none();
        }
        let (error, path) = cancel_error(Side::Client, reason);
        self.end_locally(error, path)
    }

    fn end_locally(&mut self, error: Error, path: FastStr) -> Effects {
        let exception = ApplicationException::new(error.number(), error.message().to_owned());
        let rst = Outgoing::Rst {
            cancel_path: append_path(path, &self.own_name),
            exception,
        };
        self.finish(End::Local(error), Some(rst))
    }

    /// The connection is gone, with `error`; nothing more can be written.
    pub fn on_connection_lost(&mut self, error: Error) -> Effects {
        if self.end.is_some() {
            return Effects::none();
        }
        self.end = Some(Box::new(End::Local(error)));
        Effects::end(Vec::new())
    }

    /// Ends the stream. One that was not half-closed writes an empty TRAILER, because old servers
    /// end a stream by nothing else (3.2, statements 45 and 63).
    fn finish(&mut self, end: End, rst: Option<Outgoing>) -> Effects {
        self.end = Some(Box::new(end));
        let trailer = (!self.half_closed).then(Outgoing::empty_trailer);
        Effects::end(rst.into_iter().chain(trailer).collect())
    }

    /// The stream's id.
    #[must_use]
    pub fn sid(&self) -> i32 {
        self.sid
    }

    /// Whether the stream has ended. Messages may still wait to be received.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// The error the stream ended with; `None` while it lives and after a clean end.
    #[must_use]
    pub fn end_error(&self) -> Option<&Error> {
        self.end.as_ref().and_then(|end| end.error())
    }

    /// The server's trailer, if one has ended the stream.
    #[must_use]
    pub fn end_trailer(&self) -> Option<&Metadata> {
        match self.end.as_deref()? {
            End::Trailer(trailer, _) => Some(trailer),
            End::Rst(_) | End::Local(_) => None,
        }
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
        if self.end.is_some() {
            return Effects::none();
        }
        let full = QueueFull::Connection(budget);
        self.end_locally(queue_overflow(Side::Client, full), FastStr::empty())
    }

    /// Cost in bytes of the messages that have arrived and not been received.
    #[inline]
    #[must_use]
    pub fn queued_cost(&self) -> usize {
        self.queue.cost()
    }
}

fn stream_is_canceled() -> Error {
    Error::new(ErrorKind::Canceled, 0, "stream is canceled")
}
