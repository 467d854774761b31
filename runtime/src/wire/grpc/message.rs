//! Messages in a stream of DATA: a flag, a length of four bytes, the payload
//! (grpc-and-pingpong.md A.5). DATA frames have no say in where a message begins or ends.

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::status::grpc;
use crate::call::Encoding;
use crate::codec::{Encode, MAX_MESSAGE_LEN};
use crate::error::{Code, Error, Result};
use crate::wire::append::Append;

/// Length of the flag and the length in front of a payload, in bytes.
pub const PREFIX_LEN: usize = 5;

/// Largest message that is received unless configured otherwise, in bytes. grpc-go and tonic stop
/// at 4 MiB; Kitex takes what the prefix says.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// How many times what has arrived a buffer may be, up to [`AHEAD`]; above, it is at most twice as
/// long. Eight frames of 16 KiB are a message of 128 KiB: up to there it is allocated once and nothing
/// is copied twice.
const GROWTH: usize = 8;
const AHEAD: usize = 1024 * 1024;

/// What a chunk costs beside its bytes.
const CHUNK: usize = 64;
/// So many chunks have room although they are gone.
const FEW: usize = 8;

/// Flag of a payload that is as its codec wrote it.
const PLAIN: u8 = 0;
/// Flag of a payload that was compressed by what `grpc-encoding` names.
const COMPRESSED: u8 = 1;

/// Appends `message` with its prefix to `out`.
///
/// # Errors
/// Status 8: the message is longer than [`MAX_MESSAGE_LEN`] bytes. `out` is then as before.
///
/// # Panics
/// See [`Encode::encode_to`]. `out` is then as before.
pub fn put(message: &dyn Encode, encoding: Option<Encoding>, out: &mut BytesMut) -> Result<()> {
    let len = message.encoded_len();
    if len > MAX_MESSAGE_LEN {
        return Err(grpc(
            Code::RESOURCE_EXHAUSTED,
            format!("message too long to send ({len} vs. {MAX_MESSAGE_LEN})"),
        ));
    }
    let Some(encoding) = encoding else {
        put_plain(message, len, out);
        return Ok(());
    };
    let mut plain = BytesMut::with_capacity(len);
    message.encode_sized(len, &mut plain);
    put_compressed(&plain, encoding, out)
}

fn put_plain(message: &dyn Encode, len: usize, out: &mut BytesMut) {
    out.reserve(PREFIX_LEN + len);
    let appended = Append::new(out);
    appended.buf.put_u8(PLAIN);
    // At most MAX_MESSAGE_LEN.
    appended.buf.put_u32(len as u32);
    message.encode_sized(len, appended.buf);
    appended.keep();
}

fn put_compressed(plain: &[u8], encoding: Encoding, out: &mut BytesMut) -> Result<()> {
    let appended = Append::new(out);
    appended.buf.put_bytes(0, PREFIX_LEN);
    let payload = appended.buf.len();
    encoding.compress(plain, appended.buf)?;
    let len = u32::try_from(appended.buf.len() - payload)
        .map_err(|_| grpc(Code::RESOURCE_EXHAUSTED, "message too long to send"))?;
    let mut prefix = &mut appended.buf[payload - PREFIX_LEN..payload];
    prefix.put_u8(COMPRESSED);
    prefix.put_u32(len);
    appended.keep();
    Ok(())
}

/// Reads messages from chunks of DATA, however these are cut (statements 26 and 27).
///
/// A message that lies in one chunk is a slice of it; one that lies in several is put together in
/// a buffer that grows with what arrives and not with what the prefix claims.
#[derive(Debug)]
pub struct MessageReader {
    max: usize,
    encoding: Option<Encoding>,
    /// Being read; empty if nothing is there.
    current: Bytes,
    /// Behind `current`.
    waiting: VecDeque<Bytes>,
    /// How many of them, and whether `current`, are out of the buffers they were read into.
    own: usize,
    owns_current: bool,
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
            current: Bytes::new(),
            waiting: VecDeque::new(),
            own: 0,
            owns_current: false,
            state: AT_MESSAGE,
        }
    }

    /// Sets what the peer's `grpc-encoding` names, when its header comes after the reader.
    pub fn set_encoding(&mut self, encoding: Option<Encoding>) {
        self.encoding = encoding;
    }

    /// Adds the content of a DATA frame.
    pub fn push(&mut self, chunk: Bytes) {
        if self.current.is_empty() {
            (self.current, self.owns_current) = (chunk, false);
        } else if !chunk.is_empty() {
            self.waiting.push_back(chunk);
        }
    }

    /// The next message, or `None` until more is pushed.
    ///
    /// # Errors
    /// Status 8: a message above the limit (statement 28). Status 13: a flag other than 0 and 1
    /// (statement 29), a compressed message without an encoding, or one that does not decompress.
    /// The error stays.
    pub fn next_message(&mut self) -> Result<Option<Bytes>> {
        let result = self.advance();
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
            self.drop_chunks();
        }
        result
    }

    /// Moves messages that lie in the current chunk as a whole to `batch`, up to about `max` bytes of
    /// them, and gives their length with prefixes. What is not as simple is left to
    /// [`MessageReader::next_message`].
    pub(super) fn take_whole(&mut self, batch: &mut VecDeque<Bytes>, max: usize) -> usize {
        let mut taken = 0;
        if !matches!(self.state, State::Prefix(_, 0)) {
            return taken;
        }
        while taken < max
            && let Some(end) = self.end_of_whole()
        {
            let mut message = self.current.split_to(end);
            message.advance(PREFIX_LEN);
            batch.push_back(message);
            taken += end;
        }
        taken
    }

    /// Where the message ends that the current chunk begins with, if it is whole, not compressed and
    /// not too long.
    fn end_of_whole(&self) -> Option<usize> {
        let (prefix, rest) = self.current.split_first_chunk::<PREFIX_LEN>()?;
        let [PLAIN, len @ ..] = *prefix else {
            return None;
        };
        let len = u32::from_be_bytes(len) as usize;
        (len <= rest.len() && len <= self.max).then_some(PREFIX_LEN + len)
    }

    /// Drops what was not taken.
    pub(super) fn clear(&mut self) {
        self.drop_chunks();
        self.state = AT_MESSAGE;
    }

    fn drop_chunks(&mut self) {
        self.current = Bytes::new();
        self.waiting = VecDeque::new();
        self.own = 0;
    }

    /// What this holds of messages that were not taken, in bytes.
    pub(super) fn held(&self) -> usize {
        let partial = match &self.state {
            State::Payload { partial, .. } => partial.capacity(),
            State::Prefix(..) | State::Failed(_) => 0,
        };
        let waiting: usize = self.waiting.iter().map(|chunk| chunk.len() + CHUNK).sum();
        partial + self.current.len() + waiting
    }

    /// Copies what waits out of the buffers that it was read into, and gives the number of bytes
    /// copied. Chunks become longer by it, so that each byte is copied again a few times at most.
    pub(super) fn unshare(&mut self) -> usize {
        let mut copied = 0;
        if !self.owns_current && !self.current.is_empty() {
            self.current = Bytes::copy_from_slice(&self.current);
            copied += self.current.len();
        }
        self.owns_current = true;
        let mut len: usize = self.waiting.range(self.own..).map(Bytes::len).sum();
        if len == 0 {
            return copied;
        }
        while let Some(last) = self.own.checked_sub(1)
            && self.waiting[last].len() <= len
        {
            len += self.waiting[last].len();
            self.own = last;
        }
        let mut joined = BytesMut::with_capacity(len);
        self.waiting
            .range(self.own..)
            .for_each(|chunk| joined.put_slice(chunk));
        self.waiting.truncate(self.own);
        self.waiting.push_back(joined.freeze());
        self.waiting.shrink_to(FEW);
        self.own = self.waiting.len();
        copied + len
    }

    /// To be called at the end of the stream.
    ///
    /// # Errors
    /// Status 13: the stream ended inside a message.
    pub fn finish(&self) -> Result<()> {
        match &self.state {
            State::Prefix(_, 0) if self.current.is_empty() => Ok(()),
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
                    let here = wanted.min(self.current.len());
                    prefix[usize::from(*filled)..][..here].copy_from_slice(&self.current[..here]);
                    self.current.advance(here);
                    *filled += here as u8;
                    if here == wanted {
                        self.state = payload_state(*prefix, self.max)?;
                    } else if !self.load() {
                        return Ok(None);
                    }
                }
                State::Payload {
                    compressed,
                    len,
                    partial,
                } => {
                    let missing = *len - partial.len();
                    if missing <= self.current.len() {
                        let payload = take(&mut self.current, missing, partial);
                        let compressed = *compressed;
                        self.state = AT_MESSAGE;
                        return self.plain(compressed, payload).map(Some);
                    }
                    grow(partial, &self.current, missing);
                    self.current.clear();
                    if !self.load() {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Makes the next chunk the current one.
    fn load(&mut self) -> bool {
        let Some(chunk) = self.waiting.pop_front() else {
            return false;
        };
        (self.current, self.owns_current) = (chunk, self.own > 0);
        self.own = self.own.saturating_sub(1);
        true
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
pub(super) fn too_large(len: usize, max: usize) -> Error {
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

#[cfg(test)]
mod tests;
