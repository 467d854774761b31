//! Reads a connection whose requests are served in turn, and notices when its peer closes it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{ServerConnection, concurrent};
use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, limit};
use crate::wire::pingpong::envelope::MessageType;
use crate::wire::pingpong::events;
use crate::wire::pingpong::message::{self, Message};

/// How many bytes of later requests the server reads while a handler runs, in order to notice when
/// the peer closes. Further bytes wait in the peer's socket.
const READ_AHEAD: usize = 64 * 1024;

/// The next event of a connection.
pub(super) enum Next {
    Request(Message),
    /// The beginning of a request whose client accepts the answers in any order. The bytes are still in
    /// the buffer.
    OutOfOrder,
    /// A request that is refused, as far as it tells where to answer, and the exception to answer.
    Refused(Message, ApplicationException),
    /// The connection ended, or sent bytes that cannot be answered.
    Over,
}

impl<IO: AsyncRead + Unpin> ServerConnection<IO> {
    /// Cancel safe: bytes that were read stay in the buffer.
    pub(super) async fn next(&mut self) -> Next {
        loop {
            if concurrent::is_wanted_by(&self.buf) {
                return Next::OutOfOrder;
            }
            match self.messages.next(&mut self.buf) {
                Ok(Some(message)) => {
                    self.arrival.begin();
                    return self.request(message);
                }
                Ok(None) => {}
                Err(error) => match self.refusal(&error) {
                    Some(refused) => return refused,
                    None if self.buf.len() > message::MAX_HEAD => {
                        events::no_request(self.peer, error.message());
                        return Next::Over;
                    }
                    None => {}
                },
            }
            if !self.read().await {
                return Next::Over;
            }
        }
    }

    /// How to refuse a request that cannot be accepted because of `error`. `None` if more of the
    /// request has to be read in order to know where to answer.
    fn refusal(&self, error: &Error) -> Option<Next> {
        let exception = match error.kind() {
            ErrorKind::ResourceExhausted => limit::exception(error),
            _ if message::has_mesh_header(&self.buf) => {
                let text = error.message().to_owned();
                ApplicationException::new(ApplicationException::INVALID_PROTOCOL, text)
            }
            // Bytes that are no request get no answer, and the bytes after them cannot be trusted.
            _ => return Some(Next::Over),
        };
        message::head(&self.buf).map(|head| Next::Refused(head, exception))
    }

    /// Reads more bytes. Returns whether any arrived in time.
    async fn read(&mut self) -> bool {
        message::reserve_for_read(&mut self.buf);
        let arrived = self.buf.len();
        let (io, buf) = (&mut self.io, &mut self.buf);
        let mut read = pin!(self.arrival.read(io, buf, arrived, "a request"));
        let idle = &mut self.idle;
        idle.restart();
        let read = poll_fn(|cx| match read.as_mut().poll(cx) {
            Poll::Ready(read) => Poll::Ready(Some(read)),
            Poll::Pending if arrived == 0 => idle.poll_expired(cx).map(|()| None),
            Poll::Pending => Poll::Pending,
        });
        let read = read.await;
        if matches!(read, Some(Ok(1..))) {
            return true;
        }
        events::client_gone(self.peer, read.as_ref(), arrived == 0);
        false
    }

    fn request(&self, message: Message) -> Next {
        match message.envelope.kind {
            MessageType::Call | MessageType::OneWay => Next::Request(message),
            MessageType::Reply | MessageType::Exception => {
                events::no_request(self.peer, "a reply where a request belongs");
                Next::Over
            }
        }
    }
}

/// Ready when the peer has closed the connection. Until then, reads ahead, up to [`READ_AHEAD`]
/// bytes.
pub(super) fn poll_closed<IO: AsyncRead + Unpin>(
    io: &mut IO,
    buf: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<()> {
    while buf.len() < READ_AHEAD {
        message::reserve_for_read(buf);
        match pin!(io.read_buf(buf)).poll(cx) {
            Poll::Ready(Ok(1..)) => {}
            Poll::Ready(_) => return Poll::Ready(()),
            Poll::Pending => break,
        }
    }
    Poll::Pending
}
