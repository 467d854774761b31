//! One ping-pong message as bytes: framing, header, envelope, body. Pure.

mod writing;

use bytes::{Buf, Bytes, BytesMut};

pub(super) use self::writing::{Payload, put, put_header};
use super::checksum;
use super::envelope::{self, Envelope};
pub(super) use super::framing::Framing;
use crate::codec::StructEnd;
use crate::error::{Error, ErrorKind, Result, limit};
use crate::wire::ttheader::frame::{DecodeError, Header, MAX_INFO_LEN, MAX_LENGTH, Prelude};

/// Bytes of the length in front of a framed message.
const LENGTH_LEN: usize = 4;
/// Bytes that tell the framings apart; the smallest message of any is longer (D).
const SNIFF_LEN: usize = 8;
/// What a MeshHeader begins with (C.12).
const MESH_HEADER: [u8; 2] = [0xff, 0xaf];
/// Smallest room for one read, in bytes.
const READ_STEP: usize = 8 * 1024;
/// Largest room for one read, in bytes.
const READ_STEP_MAX: usize = 1024 * 1024;
/// The most bytes in front of the body: the largest TTHeader, a length, the longest envelope.
pub(super) const MAX_HEAD: usize =
    crate::wire::ttheader::frame::PRELUDE_LEN + MAX_INFO_LEN + LENGTH_LEN + envelope::MAX_LEN;

/// A message that was read whole.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) framing: Framing,
    /// Empty where the framing has none.
    pub(super) header: Header,
    pub(super) envelope: Envelope,
    /// Args, Result or exception, without envelope.
    pub(super) body: Bytes,
}

/// Takes messages off the bytes of one direction of a connection.
pub(super) struct MessageReader {
    /// Largest message, in bytes.
    max: usize,
    /// The search for the end of a Buffered message that has not arrived whole.
    buffered: Option<StructEnd>,
}

impl MessageReader {
    /// A reader of messages of up to `max` bytes.
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            buffered: None,
        }
    }

    /// Takes one message off the front of `buf`; `None` while it is incomplete. Nothing is
    /// allocated for bytes that have not arrived. Each message may have another framing (D).
    ///
    /// # Errors
    /// Bytes that are no message of a known framing, or one that is too long. The connection is to
    /// be closed without an answer.
    pub(super) fn next(&mut self, buf: &mut BytesMut) -> Result<Option<Message>> {
        let Some(sniff) = buf.first_chunk::<SNIFF_LEN>().copied() else {
            return Ok(None);
        };
        let [b0, b1, b2, b3, b4, b5, ..] = sniff;
        if [b4, b5] == crate::wire::ttheader::frame::MAGIC.to_be_bytes() {
            return self.next_tt_header(buf);
        }
        match [b0, b1] {
            MESH_HEADER => return Err(malformed("MeshHeader is not served: use TTHeader")),
            envelope::THRIFT => return self.next_buffered(buf),
            _ => {}
        }
        if envelope::payload_of([b4, b5]).is_none() {
            return Err(malformed("neither TTHeader, Thrift nor KitexProtobuf"));
        }
        let length = u32::from_be_bytes([b0, b1, b2, b3]) as usize;
        self.check_size(length)?;
        if buf.len() < LENGTH_LEN + length {
            return Ok(None);
        }
        buf.advance(LENGTH_LEN);
        let message = buf.split_to(length).freeze();
        open(Framing::Framed, Header::default(), message).map(Some)
    }

    fn next_tt_header(&self, buf: &mut BytesMut) -> Result<Option<Message>> {
        match cut_tt_header(buf, self.max)? {
            Some((prelude, frame)) => open_tt_header(&prelude, &frame).map(Some),
            None => Ok(None),
        }
    }

    /// A message whose end shows only when it is parsed.
    fn next_buffered(&mut self, buf: &mut BytesMut) -> Result<Option<Message>> {
        if self.buffered.is_none() {
            self.buffered = Envelope::body_at(buf)?.map(StructEnd::new);
        }
        let found = match &mut self.buffered {
            Some(search) => search.find(buf).map_err(|e| malformed(&e.to_string()))?,
            None => None,
        };
        self.check_size(found.unwrap_or(buf.len()))?;
        let Some(end) = found else {
            return Ok(None);
        };
        self.buffered = None;
        let message = buf.split_to(end).freeze();
        open(Framing::Buffered, Header::default(), message).map(Some)
    }

    fn check_size(&self, length: usize) -> Result<()> {
        match length > self.max {
            true => Err(limit::message_too_large(length, self.max)),
            false => Ok(()),
        }
    }
}

/// Takes one TTHeader message off the front of `buf` without decoding it; `None` if the message is
/// incomplete.
///
/// # Errors
/// As [`MessageReader::next`].
pub(super) fn cut_tt_header(buf: &mut BytesMut, max: usize) -> Result<Option<(Prelude, Bytes)>> {
    let max_length = u32::try_from(max).unwrap_or(u32::MAX);
    let peeked = Prelude::peek(buf, max_length).map_err(|error| match error {
        DecodeError::TooLong { length, max } => {
            limit::message_too_large(length as usize, max as usize)
        }
        error => malformed(&error.to_string()),
    });
    let whole = peeked?.filter(|prelude| buf.len() >= prelude.frame_len());
    Ok(whole.map(|prelude| (prelude, buf.split_to(prelude.frame_len()).freeze())))
}

/// Decodes a whole TTHeader message.
///
/// # Errors
/// The bytes are no such message, or their checksum is wrong.
pub(super) fn open_tt_header(prelude: &Prelude, frame: &Bytes) -> Result<Message> {
    let info = &frame[prelude.header_len() - prelude.info_len..prelude.header_len()];
    let header = Header::decode(prelude, info).map_err(|error| malformed(&error.to_string()))?;
    let payload = frame.slice(prelude.header_len()..);
    checksum::check(&header, &payload)?;
    match payload.first_chunk::<6>() {
        Some(&[v0, v1, ..]) if [v0, v1] == envelope::THRIFT => {
            open(Framing::TtHeader, header, payload)
        }
        Some(&[a, b, c, d, v0, v1]) if envelope::payload_of([v0, v1]).is_some() => {
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            if payload.len() - LENGTH_LEN < length {
                return Err(malformed("framed length exceeds the TTHeader's"));
            }
            let framed = payload.slice(LENGTH_LEN..LENGTH_LEN + length);
            open(Framing::TtHeaderFramed, header, framed)
        }
        _ => Err(malformed(
            "neither Thrift nor KitexProtobuf behind the TTHeader",
        )),
    }
}

/// Reads everything but the body of a message that is refused, because it is too large or begins
/// with a MeshHeader. Returns `None` if too little has arrived, or if it cannot be read.
///
/// Skips a MeshHeader: the header after it tells how to answer, and answers have no MeshHeader
/// (C.12).
pub(super) fn head(buf: &[u8]) -> Option<Message> {
    let buf = match has_mesh_header(buf) {
        true => behind_mesh_header(buf)?,
        false => buf,
    };
    let [b0, b1, _, _, b4, b5, ..] = *buf.first_chunk::<SNIFF_LEN>()?;
    if [b0, b1] == envelope::THRIFT {
        return open_head(Framing::Buffered, Header::default(), buf);
    }
    if envelope::payload_of([b4, b5]).is_some() {
        return open_head(Framing::Framed, Header::default(), &buf[LENGTH_LEN..]);
    }
    let prelude = Prelude::peek(buf, MAX_LENGTH).ok()??;
    let info = buf.get(prelude.header_len() - prelude.info_len..prelude.header_len())?;
    let header = Header::decode(&prelude, info).ok()?;
    let payload = &buf[prelude.header_len()..];
    match *payload.first_chunk::<6>()? {
        [v0, v1, ..] if [v0, v1] == envelope::THRIFT => {
            open_head(Framing::TtHeader, header, payload)
        }
        [.., v0, v1] if envelope::payload_of([v0, v1]).is_some() => {
            open_head(Framing::TtHeaderFramed, header, &payload[LENGTH_LEN..])
        }
        _ => None,
    }
}

/// Whether `buf` begins with a MeshHeader.
pub(super) fn has_mesh_header(buf: &[u8]) -> bool {
    buf.starts_with(&MESH_HEADER)
}

fn behind_mesh_header(buf: &[u8]) -> Option<&[u8]> {
    let [_, _, s0, s1] = *buf.first_chunk()?;
    buf.get(4 + usize::from(u16::from_be_bytes([s0, s1]))..)
}

/// Reads the envelope alone, out of bytes that may go on for long.
fn open_head(framing: Framing, header: Header, bytes: &[u8]) -> Option<Message> {
    let start = &bytes[..bytes.len().min(envelope::MAX_LEN)];
    open(framing, header, Bytes::copy_from_slice(start)).ok()
}

/// Reads the envelope; what is left is the body.
fn open(framing: Framing, header: Header, mut bytes: Bytes) -> Result<Message> {
    Ok(Message {
        framing,
        header,
        envelope: Envelope::take(&mut bytes)?,
        body: bytes,
    })
}

/// Makes room for the next read: at least [`READ_STEP`], and as much again as has arrived, so that
/// a large message is read in few steps and a claimed one costs nothing.
pub(super) fn reserve_for_read(buf: &mut BytesMut) {
    buf.reserve(buf.len().clamp(READ_STEP, READ_STEP_MAX));
}

pub(super) fn malformed(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        0,
        format!("malformed ping-pong message: {what}"),
    )
}

#[cfg(test)]
mod tests;
