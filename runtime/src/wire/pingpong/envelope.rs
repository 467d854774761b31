//! What stands in front of a ping-pong body: Thrift's envelope (C.2), and Kitex's own for Protobuf, which
//! differs in its first two bytes only. Pure.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use faststr::FastStr;

use super::message::malformed;
use crate::error::Result;
use crate::service::{Mode, PayloadCodec};

/// The first half of the first word of a strict Thrift envelope; nothing older is accepted (C.2).
pub(super) const THRIFT: [u8; 2] = [0x80, 0x01];
/// The first half of the first word of a KitexProtobuf envelope.
pub(super) const PROTOBUF: [u8; 2] = [0x90, 0x01];
/// Longest method name read, in bytes. Kitex has no limit; a Go identifier is far shorter.
const MAX_METHOD_LEN: usize = 4096;
/// Bytes in front of the method's name: version and type, length of the name.
const HEAD_LEN: usize = 8;
/// Bytes of the sequence id behind the method's name.
const SEQ_ID_LEN: usize = 4;
/// Bytes of the longest envelope.
pub(super) const MAX_LEN: usize = HEAD_LEN + MAX_METHOD_LEN + SEQ_ID_LEN;

/// The type in an envelope, and in int key 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageType {
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}

impl MessageType {
    /// The type of the requests of a method of this mode.
    pub(super) fn of(mode: Mode) -> Self {
        match mode {
            Mode::OneWay => Self::OneWay,
            _ => Self::Call,
        }
    }

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

/// An envelope as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// How the body is encoded.
    pub(super) payload: PayloadCodec,
    pub(super) kind: MessageType,
    /// The IDL name of the method, not empty.
    pub(super) method: FastStr,
    pub(super) seq_id: i32,
}

/// How the body behind an envelope that begins with `version` is encoded; `None` if there is no such
/// envelope.
pub(super) fn payload_of(version: [u8; 2]) -> Option<PayloadCodec> {
    match version {
        THRIFT => Some(PayloadCodec::Thrift),
        PROTOBUF => Some(PayloadCodec::Protobuf),
        _ => None,
    }
}

impl Envelope {
    /// Takes the envelope off the front of `bytes`; the body is left.
    ///
    /// # Errors
    /// Bytes that are no envelope.
    pub(super) fn take(bytes: &mut Bytes) -> Result<Self> {
        let first = bytes.first_chunk().copied().unwrap_or_default();
        let [v0, v1, _, kind] = first;
        let (payload, kind) = payload_of([v0, v1])
            .zip(MessageType::from_byte(kind))
            .ok_or_else(|| malformed("unknown version or message type"))?;
        let body = Self::body_at(bytes)?.filter(|body| *body <= bytes.len());
        let body = body.ok_or_else(|| malformed("envelope is cut short"))?;
        let mut envelope = bytes.split_to(body).slice(HEAD_LEN..);
        let method = envelope.split_to(envelope.len() - SEQ_ID_LEN);
        let method =
            std::str::from_utf8(&method).map_err(|_| malformed("method name is not UTF-8"))?;
        Ok(Self {
            payload,
            kind,
            method: FastStr::new(method),
            seq_id: envelope.get_i32(),
        })
    }

    /// Where the body begins in a message that begins with an envelope; `None` while the length of
    /// the method's name has not arrived.
    ///
    /// # Errors
    /// A name that is empty or too long.
    pub(super) fn body_at(bytes: &[u8]) -> Result<Option<usize>> {
        let Some([_, _, _, _, l0, l1, l2, l3]) = bytes.first_chunk::<HEAD_LEN>() else {
            return Ok(None);
        };
        match u32::from_be_bytes([*l0, *l1, *l2, *l3]) as usize {
            length @ 1..=MAX_METHOD_LEN => Ok(Some(HEAD_LEN + length + SEQ_ID_LEN)),
            _ => Err(malformed("method name is empty or too long")),
        }
    }

    /// Bytes of the envelope.
    pub(super) fn encoded_len(&self) -> usize {
        HEAD_LEN + self.method.len() + SEQ_ID_LEN
    }

    /// Appends the envelope.
    pub(super) fn put(&self, out: &mut BytesMut) {
        out.put_slice(match self.payload {
            PayloadCodec::Thrift => &THRIFT,
            PayloadCodec::Protobuf => &PROTOBUF,
        });
        out.put_u16(self.kind as u16);
        out.put_u32(self.method.len() as u32);
        out.put_slice(self.method.as_bytes());
        out.put_i32(self.seq_id);
    }
}
