//! Takes messages out of the DATA frames of one stream.

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::chunks::Chunks;
use super::{COMPRESSED, PLAIN, PREFIX_LEN};
use crate::call::Encoding;
use crate::error::{Code, Error, Result};
use crate::wire::grpc::status::grpc;

/// A buffer is at most so many times as long as the part of its message that has arrived. Beyond
/// [`AHEAD`] bytes it is at most twice as long. With this factor a message of up to 128 KiB, which is
/// eight frames of 16 KiB, is allocated once, and nothing of it is copied twice.
pub(super) const GROWTH: usize = 8;
const AHEAD: usize = 1024 * 1024;

/// Reads messages from chunks of DATA, however these are cut (statements 26 and 27).
///
/// A message that lies in one chunk is a slice of it; one that lies in several is put together in
/// a buffer that grows with what arrives and not with what the prefix claims.
#[derive(Debug)]
pub struct MessageReader {
    max: usize,
    encoding: Option<Encoding>,
    chunks: Chunks,
    state: State,
}

#[derive(Debug)]
enum State {
    /// In front of a message, or inside a prefix of which this many bytes are there.
    Prefix([u8; PREFIX_LEN], u8),
    /// Behind a prefix.
    Payload {
        compressed: bool,
        len: usize,
        /// What earlier chunks brought of it.
        partial: BytesMut,
    },
    /// Nothing behind an error can be read.
    Failed(Error),
}

const AT_MESSAGE: State = State::Prefix([0; PREFIX_LEN], 0);

impl MessageReader {
    /// A reader of messages up to `max` bytes, before and after decompression. `encoding` is what
    /// the peer's `grpc-encoding` names.
    #[must_use]
    pub fn new(max: usize, encoding: Option<Encoding>) -> Self {
        Self {
            max,
            encoding,
            chunks: Chunks::default(),
            state: AT_MESSAGE,
        }
    }

    /// Sets what the peer's `grpc-encoding` names, when its header comes after the reader.
    pub fn set_encoding(&mut self, encoding: Option<Encoding>) {
        self.encoding = encoding;
    }

    /// Adds the content of a DATA frame.
    pub fn push(&mut self, chunk: Bytes) {
        self.chunks.push(chunk);
    }

    /// The next message, or `None` until more is pushed.
    ///
    /// # Errors
    /// Status 8: a message above the limit (statement 28). Status 13: a flag other than 0 and 1
    /// (statement 29), a compressed message without an encoding, or one that does not decompress.
    /// The error stays.
    #[inline]
    pub fn next_message(&mut self) -> Result<Option<Bytes>> {
        if matches!(self.state, State::Prefix(_, 0)) {
            if self.chunks.are_used_up() {
                return Ok(None);
            }
            if let Some(end) = self.end_of_whole() {
                return Ok(Some(self.split_off(end)));
            }
        }
        self.put_together()
    }

    #[inline(never)]
    fn put_together(&mut self) -> Result<Option<Bytes>> {
        let result = self.advance();
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
            self.chunks = Chunks::default();
        }
        result
    }

    /// Moves messages that lie in the current chunk as a whole to `batch`, up to about `max` bytes of
    /// them, and gives their length with prefixes. [`MessageReader::next_message`] takes all others.
    pub(in super::super) fn take_whole(
        &mut self,
        batch: &mut VecDeque<Bytes>,
        max: usize,
    ) -> usize {
        let mut taken = 0;
        if !matches!(self.state, State::Prefix(_, 0)) {
            return taken;
        }
        while taken < max
            && let Some(end) = self.end_of_whole()
        {
            batch.push_back(self.split_off(end));
            taken += end;
        }
        taken
    }

    /// The message that ends there in the current chunk.
    #[inline]
    fn split_off(&mut self, end: usize) -> Bytes {
        let mut message = self.chunks.current.split_to(end);
        message.advance(PREFIX_LEN);
        message
    }

    /// Where the message ends that the current chunk begins with, if it is whole, not compressed and
    /// not too long.
    #[inline]
    fn end_of_whole(&self) -> Option<usize> {
        let (prefix, rest) = self.chunks.current.split_first_chunk::<PREFIX_LEN>()?;
        let [PLAIN, len @ ..] = *prefix else {
            return None;
        };
        let len = u32::from_be_bytes(len) as usize;
        (len <= rest.len() && len <= self.max).then_some(PREFIX_LEN + len)
    }

    /// Drops what was not taken.
    pub(in super::super) fn clear(&mut self) {
        self.chunks = Chunks::default();
        self.state = AT_MESSAGE;
    }

    /// What this holds of messages that were not taken, in bytes.
    pub(in super::super) fn held(&self) -> usize {
        let partial = match &self.state {
            State::Payload { partial, .. } => partial.capacity(),
            State::Prefix(..) | State::Failed(_) => 0,
        };
        partial + self.chunks.held()
    }

    /// See [`Chunks::begin_pinning`].
    pub(in super::super) fn begin_pinning(&mut self) {
        self.chunks.begin_pinning();
    }

    /// See [`Chunks::pinned`].
    pub(in super::super) fn pinned(&self) -> usize {
        self.chunks.pinned()
    }

    /// See [`Chunks::unshare`].
    pub(in super::super) fn unshare(&mut self) -> usize {
        self.chunks.unshare()
    }

    /// Whether a part of a message has arrived and the rest has not.
    pub(in super::super) fn is_within(&self) -> bool {
        !matches!(self.state, State::Prefix(_, 0)) || !self.chunks.current.is_empty()
    }

    /// Checks, at the end of the stream, that the last message is complete.
    ///
    /// # Errors
    /// Status 13: the stream ended inside a message.
    pub fn finish(&self) -> Result<()> {
        match &self.state {
            State::Prefix(_, 0) if self.chunks.current.is_empty() => Ok(()),
            State::Failed(error) => Err(error.clone()),
            _ => Err(grpc(
                Code::INTERNAL,
                "the stream ended in the middle of a message",
            )),
        }
    }

    fn advance(&mut self) -> Result<Option<Bytes>> {
        loop {
            match &mut self.state {
                State::Failed(error) => return Err(error.clone()),
                State::Prefix(prefix, filled) => {
                    let wanted = PREFIX_LEN - usize::from(*filled);
                    let here = wanted.min(self.chunks.current.len());
                    prefix[usize::from(*filled)..][..here]
                        .copy_from_slice(&self.chunks.current[..here]);
                    self.chunks.current.advance(here);
                    *filled += here as u8;
                    if here == wanted {
                        self.state = payload_state(*prefix, self.max)?;
                    } else if !self.chunks.load() {
                        return Ok(None);
                    }
                }
                State::Payload {
                    compressed,
                    len,
                    partial,
                } => {
                    let missing = *len - partial.len();
                    if missing <= self.chunks.current.len() {
                        let payload = take(&mut self.chunks.current, missing, partial);
                        let compressed = *compressed;
                        self.state = AT_MESSAGE;
                        return self.plain(compressed, payload).map(Some);
                    }
                    grow(partial, &self.chunks.current, missing);
                    self.chunks.current.clear();
                    if !self.chunks.load() {
                        return Ok(None);
                    }
                }
            }
        }
    }

    fn plain(&self, compressed: bool, payload: Bytes) -> Result<Bytes> {
        match (compressed, self.encoding) {
            (false, _) => Ok(payload),
            (true, Some(encoding)) => encoding.decompress(&payload, self.max),
            (true, None) => Err(grpc(
                Code::INTERNAL,
                "compressed message without a grpc-encoding",
            )),
        }
    }
}

/// What a complete prefix says comes next.
fn payload_state(prefix: [u8; PREFIX_LEN], max: usize) -> Result<State> {
    let [flag, len @ ..] = prefix;
    if flag > COMPRESSED {
        return Err(grpc(
            Code::INTERNAL,
            format!("message with unknown flag {flag}"),
        ));
    }
    let len = u32::from_be_bytes(len) as usize;
    if len > max {
        return Err(too_large(len, max));
    }
    Ok(State::Payload {
        compressed: flag == COMPRESSED,
        len,
        partial: BytesMut::new(),
    })
}

/// The error for a message above the receiver's limit. The text says that the limit is the
/// receiver's own, because peers differ in it.
fn too_large(len: usize, max: usize) -> Error {
    grpc(
        Code::RESOURCE_EXHAUSTED,
        format!("received message larger than the configured max ({len} vs. {max})"),
    )
}

/// The whole payload: `partial` and the first `missing` bytes of `current`.
fn take(current: &mut Bytes, missing: usize, partial: &mut BytesMut) -> Bytes {
    let rest = current.split_to(missing);
    if partial.is_empty() {
        return rest;
    }
    partial.reserve(missing);
    partial.put(rest);
    std::mem::take(partial).freeze()
}

/// Adds a chunk that does not complete the payload. The buffer never becomes longer than the payload,
/// nor much longer than what has arrived.
fn grow(partial: &mut BytesMut, chunk: &[u8], missing: usize) {
    if partial.capacity() - partial.len() < chunk.len() {
        let arrived = partial.len() + chunk.len();
        let most = (arrived * GROWTH).min(AHEAD).max(arrived * 2);
        // `reserve` would round up.
        let mut longer = BytesMut::with_capacity(most.min(partial.len() + missing));
        longer.put_slice(partial);
        *partial = longer;
    }
    partial.put_slice(chunk);
}
