//! Reads a connection whose messages are independent of each other: an error in one of them does
//! not affect those that follow.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncRead;

use super::message::{self, Message, cut_tt_header, open_tt_header};
use crate::error::{Error, ErrorKind, Result};
use crate::wire::ArrivalTimer;
use crate::wire::ttheader::frame::{PRELUDE_LEN, Prelude};

/// The size of the read buffer of a quiet connection, in bytes.
const READ_QUIET: usize = 8 * 1024;
/// The size of the read buffer of a busy connection, in bytes: one read takes many messages.
const READ_BUSY: usize = 64 * 1024;
/// The most room that one read of a large message gets, in bytes.
const READ_MAX: usize = 1024 * 1024;

/// How many times its own length a message may keep alive. A call holds its request, and is charged
/// with its length alone.
const PIN_FACTOR: usize = 2;

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
    /// Bytes of the memory that `buf` is a part of, as far as is known.
    allocation: usize,
    arrival: ArrivalTimer,
}

/// One message, or the error with which it could not be read.
pub(super) struct Framed {
    /// The sequence id in the message's header.
    pub(super) seq_id: i32,
    /// The whole message in bytes.
    pub(super) len: usize,
    pub(super) message: Result<Message, Box<Unread>>,
}

/// A message that cannot be accepted.
pub(super) struct Unread {
    pub(super) error: Error,
    /// The message except its body, if the message can be answered: if only its length or its checksum
    /// is wrong.
    pub(super) head: Option<Message>,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    /// `buf` holds the bytes that were already read.
    pub(super) fn new(io: R, buf: BytesMut, max: usize, arrival: ArrivalTimer) -> Self {
        Self {
            io,
            buf,
            max,
            unwanted: 0,
            skipped: 0,
            busy: false,
            allocation: 0,
            arrival,
        }
    }

    /// Takes the next message from the bytes that have arrived; `None` if the message is
    /// incomplete. A message that cannot be read is [`Unread`]. So is a message above the limit, whose
    /// bytes are discarded as they arrive.
    ///
    /// # Errors
    /// The bytes do not tell where the next message begins. The bytes after them cannot be trusted.
    pub(super) fn next(&mut self) -> Result<Option<Framed>> {
        self.discard();
        match cut_tt_header(&mut self.buf, self.max) {
            Ok(None) => Ok(None),
            Ok(Some((prelude, frame))) => {
                self.arrival.begin();
                Ok(Some(Framed {
                    seq_id: prelude.seq_id,
                    len: frame.len(),
                    message: open(&prelude, &self.own(frame)),
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

    /// The message in memory of its own, if it would keep much of other messages alive.
    fn own(&self, frame: Bytes) -> Bytes {
        match frame.len().saturating_mul(PIN_FACTOR) < self.allocation {
            true => Bytes::copy_from_slice(&frame),
            false => frame,
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
            len: length,
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
        let room = self.buf.capacity();
        self.buf.reserve(self.buf.len().clamp(wanted, READ_MAX));
        if self.buf.capacity() > room {
            // The buffer begins at the front of its memory now.
            self.allocation = self.buf.capacity();
        }
        let arrived = self.skipped + self.buf.len();
        let (io, buf) = (&mut self.io, &mut self.buf);
        let read = self.arrival.read(io, buf, arrived, "a message").await?;
        self.busy = read >= READ_QUIET;
        Ok(read)
    }
}

/// The length field of a TTHeader, in bytes. The length does not include the field itself.
const LENGTH_LEN: usize = 4;

/// Opens a whole message. One whose payload is damaged is answered only if payload and header agree on
/// the sequence id.
fn open(prelude: &Prelude, frame: &Bytes) -> Result<Message, Box<Unread>> {
    open_tt_header(prelude, frame).map_err(|error| {
        let head = message::head(frame).filter(|head| head.envelope.seq_id == prelude.seq_id);
        Box::new(Unread { error, head })
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::codec::Encode;
    use crate::metadata::Metadata;
    use crate::service::PayloadCodec;
    use crate::wire::MinRate;
    use crate::wire::pingpong::envelope::{Envelope, MessageType};
    use crate::wire::pingpong::keys;
    use crate::wire::pingpong::message::Framing;

    struct Zeros(usize);

    impl Encode for Zeros {
        fn encoded_len(&self) -> usize {
            self.0
        }

        fn encode(&self, w: &mut crate::codec::Writer<'_>) {
            w.put(&vec![0; self.0]);
        }
    }

    fn put(body_len: usize, out: &mut BytesMut) {
        let header = keys::reply_header(MessageType::Reply, 1, Metadata::new());
        let envelope = Envelope {
            payload: PayloadCodec::Thrift,
            kind: MessageType::Reply,
            method: "Echo".into(),
            seq_id: 1,
        };
        message::put(Framing::TtHeader, &header, &envelope, &Zeros(body_len), out).unwrap();
    }

    /// A call that holds a small message must not hold what came in the same read.
    #[tokio::test]
    async fn a_message_keeps_alive_twice_its_length_at_most() {
        let sizes = [10, 1000, 20_000, 70_000, 10, 300_000, 1000, 200_000];
        let mut bytes = BytesMut::new();
        sizes.iter().for_each(|size| put(*size, &mut bytes));
        let arrival = ArrivalTimer::new(Duration::from_secs(60), MinRate::default());
        let mut frames = Frames::new(&bytes[..], BytesMut::new(), 1 << 20, arrival);
        let mut bodies = Vec::new();
        while bodies.len() < sizes.len() {
            match frames.next().unwrap() {
                Some(framed) => bodies.push(framed.message.ok().unwrap().body),
                None => drop(frames.read().await.unwrap()),
            }
        }
        for (body, size) in bodies.iter().zip(sizes) {
            assert_eq!(body.len(), size);
            let small = size < frames.allocation / (2 * PIN_FACTOR);
            assert!(body.is_unique() || !small, "of {size} bytes");
        }
        assert!(frames.allocation >= 300_000);
    }
}
