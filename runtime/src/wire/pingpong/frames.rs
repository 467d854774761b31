//! Reads a connection whose messages are independent of each other: an error in one of them does
//! not affect those that follow.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::AsyncRead;

use super::message::{self, Message, cut_tt_header, open_tt_header};
use crate::error::{Error, ErrorKind, Result};
use crate::wire::ArrivalTimer;
use crate::wire::ttheader::frame::PRELUDE_LEN;

/// The size of the read buffer of a quiet connection, in bytes.
const READ_QUIET: usize = 8 * 1024;
/// The size of the read buffer of a busy connection, in bytes: one read takes many messages.
const READ_BUSY: usize = 64 * 1024;
/// The most room that one read of a large message gets, in bytes.
const READ_MAX: usize = 1024 * 1024;

/// The TTHeader messages of one direction of a connection.
pub(super) struct Frames<R> {
    io: R,
    buf: BytesMut,
    /// The largest message that is accepted, in bytes.
    max: usize,
    /// How many bytes of a message above the limit have still to arrive; they are discarded.
    unwanted: usize,
    /// How many bytes of it have arrived and were discarded.
    skipped: usize,
    /// Whether the last read filled a quiet connection's buffer.
    busy: bool,
    arrival: ArrivalTimer,
}

/// One message, or the error with which it could not be read.
pub(super) struct Framed {
    /// The sequence id in the message's header.
    pub(super) seq_id: i32,
    pub(super) message: Result<Message, Box<Unread>>,
}

/// A message that cannot be accepted.
pub(super) struct Unread {
    pub(super) error: Error,
    /// The whole message except its body, if only its length is wrong.
    pub(super) head: Option<Message>,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    /// `buf` holds the bytes that were already read. `arrival` measures how fast messages arrive.
    pub(super) fn new(io: R, buf: BytesMut, max: usize, arrival: ArrivalTimer) -> Self {
        Self {
            io,
            buf,
            max,
            unwanted: 0,
            skipped: 0,
            busy: false,
            arrival,
        }
    }

    /// Takes the next message from the bytes that have arrived; `None` if the message is
    /// incomplete. A message above the limit yields an error message, and its bytes are discarded
    /// as they arrive.
    ///
    /// # Errors
    /// The bytes are no TTHeader message. The bytes after them cannot be trusted.
    pub(super) fn next(&mut self) -> Result<Option<Framed>> {
        self.discard();
        match cut_tt_header(&mut self.buf, self.max) {
            Ok(None) => Ok(None),
            Ok(Some((prelude, frame))) => {
                self.arrival.begin();
                Ok(Some(Framed {
                    seq_id: prelude.seq_id,
                    message: open_tt_header(&prelude, &frame)
                        .map_err(|error| Box::new(Unread { error, head: None })),
                }))
            }
            Err(error) if error.kind() == ErrorKind::ResourceExhausted => Ok(self.skip(error)),
            Err(error) => Err(error),
        }
    }

    /// Discards what has arrived of a message that is given up.
    fn discard(&mut self) {
        if self.unwanted == 0 {
            return;
        }
        let here = self.unwanted.min(self.buf.len());
        self.buf.advance(here);
        self.unwanted -= here;
        self.skipped += here;
        if self.unwanted == 0 {
            self.skipped = 0;
            self.arrival.begin();
        }
    }

    /// Gives up the first message, once enough of it has arrived to know its sequence id.
    fn skip(&mut self, error: Error) -> Option<Framed> {
        let prelude = self.buf.first_chunk::<PRELUDE_LEN>()?;
        let [l0, l1, l2, l3, _, _, _, _, s0, s1, s2, s3, ..] = *prelude;
        let length = LENGTH_LEN + u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        let head = message::head(&self.buf);
        if head.is_none() && self.buf.len() < length.min(message::MAX_HEAD) {
            return None;
        }
        self.unwanted = length;
        Some(Framed {
            seq_id: i32::from_be_bytes([s0, s1, s2, s3]),
            message: Err(Box::new(Unread { error, head })),
        })
    }

    /// Reads once; returns 0 at the end. Cancel safe.
    ///
    /// # Errors
    /// The byte stream failed, or the peer is late with a message that it has begun.
    pub(super) async fn read(&mut self) -> io::Result<usize> {
        let wanted = match self.busy {
            true => READ_BUSY,
            false => READ_QUIET,
        };
        self.buf.reserve(self.buf.len().clamp(wanted, READ_MAX));
        let arrived = self.skipped + self.buf.len();
        let arrival = &mut self.arrival;
        let read = arrival
            .read(&mut self.io, &mut self.buf, arrived, "a message")
            .await?;
        self.busy = read >= READ_QUIET;
        Ok(read)
    }
}

/// The length field of a TTHeader, in bytes. The length does not include the field itself.
const LENGTH_LEN: usize = 4;
