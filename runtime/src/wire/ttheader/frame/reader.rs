//! Cutting a byte stream into frames.

use bytes::{Buf, Bytes, BytesMut};

use super::data_shape::DataShapes;
use super::error::DecodeError;
use super::header::Header;
use super::info::{Entry, InfoReader};
use super::kind::{Frame, FrameBody, FrameInfo, FrameKind};
use super::layout::{FLAG_STREAMING, MAX_LENGTH, PRELUDE_LEN, int_key};
use super::prelude::Prelude;

/// Payloads up to this many bytes are copied out of the read buffer, larger ones are slices of it:
/// a message that is kept must not pin a read buffer many times its size.
pub const COPY_MAX: usize = 16 * 1024;

/// Payloads up to this many bytes are copied into shared chunks, so that copying costs no
/// allocation per message; larger ones get an allocation of their own size.
const ARENA_MAX: usize = 2 * 1024;

/// Bytes of a shared chunk: the most that a small message which is kept can pin.
const ARENA_CHUNK: usize = 8 * 1024;

/// The least a read buffer grows by when a frame does not fit, in bytes.
const GROW_MIN: usize = 64 * 1024;

/// The part of a frame ahead of its payload.
#[derive(Debug)]
pub struct FrameHead {
    prelude: Prelude,
    /// The kind of the frame, with its header pairs.
    pub body: FrameBody,
}

impl FrameHead {
    /// Stream id.
    #[inline]
    #[must_use]
    pub fn sid(&self) -> i32 {
        self.prelude.seq_id
    }
}

/// A DATA frame that [`FrameReader::peek_known`] has found.
#[derive(Debug)]
pub(crate) struct KnownData<'a> {
    pub(crate) sid: i32,
    pub(crate) payload: &'a [u8],
    /// Bytes of the whole frame.
    pub(crate) frame_len: usize,
}

/// Cuts the bytes of one direction of a streaming connection into frames.
///
/// The connection owns the buffer it reads into and calls [`FrameReader::next`] until it returns
/// `None`; frames may be split at any byte and many may arrive at once (statement 13).
#[derive(Debug)]
pub struct FrameReader {
    max_length: u32,
    shapes: DataShapes,
    arena: BytesMut,
    /// Bytes of the frame at the front of the buffer, once its fixed part has been seen.
    wanted: usize,
}

impl FrameReader {
    /// A reader that refuses a LENGTH above `max_length` bytes (at most [`MAX_LENGTH`]).
    #[must_use]
    pub fn new(max_length: u32) -> Self {
        Self {
            max_length,
            shapes: DataShapes::default(),
            arena: BytesMut::new(),
            wanted: PRELUDE_LEN,
        }
    }

    /// Takes the next whole frame off the front of `buf`; `None` if there is none yet.
    ///
    /// # Errors
    /// Any [`DecodeError`] is fatal for the connection; `buf` is then of no more use.
    #[inline]
    pub fn next(&mut self, buf: &mut BytesMut) -> Result<Option<Frame>, DecodeError> {
        if let Some(data) = self.peek_known(buf) {
            let (sid, frame_len) = (data.sid, data.frame_len);
            let payload = self.copy(data.payload);
            buf.advance(frame_len);
            let body = FrameBody::Data;
            return Ok(Some(Frame { sid, body, payload }));
        }
        let Some(head) = self.peek(buf)? else {
            return Ok(None);
        };
        let payload = self.take_payload(&head, buf);
        Ok(Some(Frame {
            sid: head.sid(),
            body: head.body,
            payload,
        }))
    }

    /// The frame at the front of `bytes`, if it has arrived as a whole, is DATA that looks like DATA seen
    /// before, and is small enough to be copied. Most frames are such, and this is all that they need:
    /// neither a parse nor an error. `None` says nothing about the frame; [`peek`](Self::peek) does.
    #[inline]
    pub(crate) fn peek_known<'a>(&self, bytes: &'a [u8]) -> Option<KnownData<'a>> {
        let Ok(Some(prelude)) = Prelude::peek(bytes, self.max_length) else {
            return None;
        };
        if prelude.flags & FLAG_STREAMING == 0 || prelude.payload_len > COPY_MAX {
            return None;
        }
        let frame_len = prelude.frame_len();
        let (head, payload) = bytes.get(..frame_len)?.split_at(prelude.header_len());
        let data = KnownData {
            sid: prelude.seq_id,
            payload,
            frame_len,
        };
        self.shapes.contains(&head[PRELUDE_LEN..]).then_some(data)
    }

    /// Reads the frame at the front of `buf`, if it has arrived as a whole. The frame stays in
    /// `buf` for [`take_payload`](Self::take_payload) or [`skip`](Self::skip).
    ///
    /// # Errors
    /// The same as those of [`next`](Self::next).
    #[inline]
    pub fn peek(&mut self, buf: &BytesMut) -> Result<Option<FrameHead>, DecodeError> {
        let Some(prelude) = Prelude::peek(buf, self.max_length)? else {
            self.wanted = PRELUDE_LEN;
            return Ok(None);
        };
        if prelude.flags & FLAG_STREAMING == 0 {
            return Err(DecodeError::NotStreaming {
                flags: prelude.flags,
            });
        }
        self.wanted = prelude.frame_len();
        if buf.len() < self.wanted {
            return Ok(None);
        }
        let body = self.body(&prelude, &buf[PRELUDE_LEN..prelude.header_len()])?;
        Ok(Some(FrameHead { prelude, body }))
    }

    /// Removes the frame that begins with `head` from `buf`, and returns its payload.
    #[inline]
    pub fn take_payload(&mut self, head: &FrameHead, buf: &mut BytesMut) -> Bytes {
        let (start, end) = (head.prelude.header_len(), head.prelude.frame_len());
        if head.prelude.payload_len > COPY_MAX {
            let mut frame = buf.split_to(end);
            frame.advance(start);
            return frame.freeze();
        }
        let payload = self.copy(&buf[start..end]);
        buf.advance(end);
        payload
    }

    /// Removes the frame that begins with `head` from `buf`, and discards its payload without
    /// copying it.
    #[inline]
    pub fn skip(head: &FrameHead, buf: &mut BytesMut) {
        buf.advance(head.prelude.frame_len());
    }

    /// How many bytes of room the connection should have behind the `have` bytes in its buffer
    /// before it reads again.
    ///
    /// After a `None` of [`FrameReader::next`]: what the unfinished frame lacks, but never more
    /// than has already arrived (or 64 KiB), so that a peer cannot have memory allocated by
    /// announcing a large frame.
    #[inline]
    #[must_use]
    pub fn room(&self, have: usize) -> usize {
        self.wanted.saturating_sub(have).min(have.max(GROW_MIN))
    }

    #[inline]
    fn body(&mut self, prelude: &Prelude, info: &[u8]) -> Result<FrameBody, DecodeError> {
        if self.shapes.contains(info) {
            return Ok(FrameBody::Data);
        }
        let kind = frame_kind(info)?;
        if kind == FrameKind::Data {
            self.shapes.remember(info);
            return Ok(FrameBody::Data);
        }
        let info = Box::new(frame_info(Header::decode(prelude, info)?));
        Ok(match kind {
            FrameKind::Meta => FrameBody::Meta(info),
            FrameKind::Header => FrameBody::Header(info),
            FrameKind::Data => FrameBody::Data,
            FrameKind::Trailer => FrameBody::Trailer(info),
            FrameKind::Rst => FrameBody::Rst(info),
        })
    }

    /// A payload of at most [`COPY_MAX`] bytes, in memory of its own. A part of every caller, because a
    /// call more for each message can be measured.
    #[inline(always)]
    pub(crate) fn copy(&mut self, payload: &[u8]) -> Bytes {
        match payload.len() {
            0 => return Bytes::new(),
            1..=ARENA_MAX => {}
            _ => return Bytes::copy_from_slice(payload),
        }
        // The chunk is used again if all messages in it are gone: the usual case.
        if self.arena.capacity() < payload.len() && !self.arena.try_reclaim(payload.len()) {
            self.arena = BytesMut::with_capacity(ARENA_CHUNK);
        }
        self.arena.extend_from_slice(payload);
        self.arena.split().freeze()
    }
}

impl Default for FrameReader {
    /// A reader with Kitex's own limit, [`MAX_LENGTH`].
    fn default() -> Self {
        Self::new(MAX_LENGTH)
    }
}

/// Walks over the whole header info, which validates it, and finds int key 27.
fn frame_kind(info: &[u8]) -> Result<FrameKind, DecodeError> {
    let mut reader = InfoReader::new(info)?;
    let mut kind = None;
    while let Some(entry) = reader.next()? {
        if let Entry::Int(int_key::FRAME_TYPE, value) = entry {
            kind = FrameKind::from_digit(value);
        }
    }
    kind.ok_or(DecodeError::BadFrameType)
}

fn frame_info(header: Header) -> FrameInfo {
    let method = header.int(int_key::TO_METHOD).cloned().unwrap_or_default();
    FrameInfo {
        method,
        ints: header.ints,
        strings: header.strings,
    }
}
