//! One ping-pong message as bytes: framing, header, envelope, body. Pure.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use faststr::FastStr;

use crate::codec::Encode;
use crate::error::{Error, ErrorKind, Result, limit};
use crate::frame::{DecodeError, EncodeError, Header, MAX_INFO_LEN, MAX_LENGTH, Prelude};

/// Bytes of the length in front of a framed message.
const LENGTH_LEN: usize = 4;
/// Bytes that tell the framings apart.
const SNIFF_LEN: usize = 8;
/// Version half of a strict envelope; nothing else is accepted (C.2).
const VERSION: u16 = 0x8001;
/// Longest method name read. Kitex has no limit; a Go identifier is far shorter.
const MAX_METHOD_LEN: usize = 4096;
/// Smallest room for one read, in bytes.
const READ_STEP: usize = 8 * 1024;
/// Largest room for one read, in bytes.
const READ_STEP_MAX: usize = 1024 * 1024;
/// The most bytes in front of the body: the largest TTHeader, a length, the longest envelope.
pub(super) const MAX_HEAD: usize =
    crate::frame::PRELUDE_LEN + MAX_INFO_LEN + LENGTH_LEN + ENVELOPE_FIXED + MAX_METHOD_LEN;
/// Envelope bytes beside the method name: version and type, name length, sequence id.
const ENVELOPE_FIXED: usize = 12;

/// The type in an envelope, and in int key 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageType {
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}

impl MessageType {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Call,
            2 => Self::Reply,
            3 => Self::Exception,
            4 => Self::OneWay,
            _ => return None,
        })
    }

    /// The value of int key 22.
    pub(super) fn digit(self) -> FastStr {
        FastStr::from_static_str(match self {
            Self::Call => "1",
            Self::Reply => "2",
            Self::Exception => "3",
            Self::OneWay => "4",
        })
    }
}

/// What stands in front of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// A length.
    Framed,
    /// A TTHeader, then a length.
    TtHeaderFramed,
    /// A TTHeader alone.
    TtHeader,
}

impl Framing {
    pub(super) fn has_header(self) -> bool {
        self != Self::Framed
    }

    /// Kitex's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Framed => "Framed",
            Self::TtHeaderFramed => "TTHeader|Framed",
            Self::TtHeader => "TTHeader",
        }
    }
}

/// A message that was read whole.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) framing: Framing,
    /// Empty for [`Framing::Framed`].
    pub(super) header: Header,
    pub(super) kind: MessageType,
    pub(super) method: FastStr,
    pub(super) seq_id: i32,
    /// Args, Result or application exception, without envelope.
    pub(super) body: Bytes,
}

/// Takes one message off the front of `buf`; `None` while it is incomplete. Nothing is allocated
/// for bytes that have not arrived.
///
/// # Errors
/// Bytes that are no message of a known framing, or one above `max` bytes. The connection is to be
/// closed without an answer.
pub(super) fn take(buf: &mut BytesMut, max: usize) -> Result<Option<Message>> {
    let Some(sniff) = buf.first_chunk::<SNIFF_LEN>() else {
        return Ok(None);
    };
    if sniff[4..6] == crate::frame::MAGIC.to_be_bytes() {
        return take_tt_header(buf, max);
    }
    if sniff[4..6] == VERSION.to_be_bytes() {
        let length = u32::from_be_bytes([sniff[0], sniff[1], sniff[2], sniff[3]]) as usize;
        check_size(length, max)?;
        if buf.len() < LENGTH_LEN + length {
            return Ok(None);
        }
        buf.advance(LENGTH_LEN);
        let envelope = buf.split_to(length).freeze();
        return open(Framing::Framed, Header::default(), envelope).map(Some);
    }
    Err(malformed("neither TTHeader nor framed Thrift"))
}

fn take_tt_header(buf: &mut BytesMut, max: usize) -> Result<Option<Message>> {
    let max_length = u32::try_from(max).unwrap_or(u32::MAX);
    let peeked = Prelude::peek(buf, max_length).map_err(|error| match error {
        DecodeError::TooLong { length, max } => {
            limit::message_too_large(length as usize, max as usize)
        }
        error => malformed(&error.to_string()),
    });
    let Some(prelude) = peeked? else {
        return Ok(None);
    };
    if buf.len() < prelude.frame_len() {
        return Ok(None);
    }
    let frame = buf.split_to(prelude.frame_len()).freeze();
    let info = &frame[prelude.header_len() - prelude.info_len..prelude.header_len()];
    let header = Header::decode(&prelude, info).map_err(|e| malformed(&e.to_string()))?;
    let payload = frame.slice(prelude.header_len()..);
    match payload.first_chunk::<6>() {
        Some([0x80, 0x01, ..]) => open(Framing::TtHeader, header, payload).map(Some),
        Some([a, b, c, d, 0x80, 0x01]) => {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            if payload.len() - LENGTH_LEN < length {
                return Err(malformed("framed length exceeds the TTHeader's"));
            }
            let envelope = payload.slice(LENGTH_LEN..LENGTH_LEN + length);
            open(Framing::TtHeaderFramed, header, envelope).map(Some)
        }
        _ => Err(malformed("no Thrift message behind the TTHeader")),
    }
}

/// What a message that is too large to be taken says of itself, as far as it has arrived: all but
/// its body. `None` while that is incomplete, or cannot be read.
pub(super) fn head(buf: &[u8]) -> Option<Message> {
    let sniff = buf.first_chunk::<SNIFF_LEN>()?;
    if sniff[4..6] == VERSION.to_be_bytes() {
        return open(
            Framing::Framed,
            Header::default(),
            envelope(&buf[LENGTH_LEN..]),
        )
        .ok();
    }
    let prelude = Prelude::peek(buf, MAX_LENGTH).ok()??;
    let info = buf.get(prelude.header_len() - prelude.info_len..prelude.header_len())?;
    let header = Header::decode(&prelude, info).ok()?;
    let payload = &buf[prelude.header_len()..];
    match payload.first_chunk::<6>()? {
        [0x80, 0x01, ..] => open(Framing::TtHeader, header, envelope(payload)).ok(),
        [.., 0x80, 0x01] => {
            let envelope = envelope(&payload[LENGTH_LEN..]);
            open(Framing::TtHeaderFramed, header, envelope).ok()
        }
        _ => None,
    }
}

/// As much of `bytes` as an envelope can be long.
fn envelope(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&bytes[..bytes.len().min(ENVELOPE_FIXED + MAX_METHOD_LEN)])
}

/// Reads the envelope; what is left is the body.
fn open(framing: Framing, header: Header, mut bytes: Bytes) -> Result<Message> {
    let kind = match bytes.try_get_u32() {
        Ok(version) if version >> 16 == u32::from(VERSION) => MessageType::from_byte(version as u8),
        _ => None,
    };
    let kind = kind.ok_or_else(|| malformed("unknown version or message type"))?;
    let length = bytes.try_get_u32().map_err(|_| truncated())? as usize;
    if length == 0 || length > MAX_METHOD_LEN || length > bytes.len() {
        return Err(malformed("method name is empty, too long or cut short"));
    }
    let method = bytes.split_to(length);
    let method = std::str::from_utf8(&method).map_err(|_| malformed("method name is not UTF-8"))?;
    let method = FastStr::new(method);
    let seq_id = bytes.try_get_i32().map_err(|_| truncated())?;
    Ok(Message {
        framing,
        header,
        kind,
        method,
        seq_id,
        body: bytes,
    })
}

/// Makes room for the next read: at least [`READ_STEP`], and as much again as has arrived, so that
/// a large message is read in few steps and a claimed one costs nothing.
pub(super) fn reserve_for_read(buf: &mut BytesMut) {
    buf.reserve(buf.len().clamp(READ_STEP, READ_STEP_MAX));
}

/// Appends a whole message. Nothing is appended on error.
///
/// # Errors
/// A header that the layout cannot carry; a message above the 4-byte length.
pub(super) fn put(
    framing: Framing,
    header: &Header,
    (kind, method, seq_id): (MessageType, &str, i32),
    body: &dyn Encode,
    out: &mut BytesMut,
) -> Result<()> {
    let body_len = body.encoded_len();
    let envelope_len = ENVELOPE_FIXED + method.len() + body_len;
    let length = u32::try_from(envelope_len)
        .map_err(|_| limit::message_too_large(envelope_len, u32::MAX as usize))?;
    if framing.has_header() {
        let framed = if framing == Framing::TtHeaderFramed {
            LENGTH_LEN
        } else {
            0
        };
        header
            .encode(envelope_len + framed, out)
            .map_err(|error| match error {
                EncodeError::FrameTooLarge { len } => {
                    limit::message_too_large(len, crate::frame::MAX_LENGTH as usize)
                }
                error => Error::invalid_argument(error.to_string()).caused_by(error),
            })?;
    }
    out.reserve(LENGTH_LEN + envelope_len);
    if framing != Framing::TtHeader {
        out.put_u32(length);
    }
    out.put_u16(VERSION);
    out.put_u16(kind as u16);
    out.put_u32(method.len() as u32);
    out.put_slice(method.as_bytes());
    out.put_i32(seq_id);
    body.encode_to(out);
    Ok(())
}

fn check_size(length: usize, max: usize) -> Result<()> {
    match length > max {
        true => Err(limit::message_too_large(length, max)),
        false => Ok(()),
    }
}

fn truncated() -> Error {
    malformed("envelope is cut short")
}

fn malformed(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        0,
        format!("malformed ping-pong message: {what}"),
    )
}

#[cfg(test)]
mod tests;
