//! The payload of an RST and of a failing TRAILER: a Thrift message of type EXCEPTION (spec 2.3).

use std::fmt;

use bytes::{BufMut, BytesMut};
use faststr::FastStr;

use super::header::text;
use super::skip::Thrift;

/// First half of the envelope: strict binary protocol, version 1.
const VERSION_1: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;
/// Thrift message type EXCEPTION, the envelope's last byte.
const TYPE_EXCEPTION: u8 = 3;

/// What Thrift calls an application exception: a type id and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Thrift's 0 to 10, Kitex's 20, 21 and 12xxx, or anything else (statement 60).
    pub type_id: i32,
    /// The text for humans.
    pub message: FastStr,
}

impl Exception {
    /// An exception of this type and text.
    #[must_use]
    pub fn new(type_id: i32, message: impl Into<FastStr>) -> Self {
        Self {
            type_id,
            message: message.into(),
        }
    }

    /// Appends the payload: strict envelope with `method` and `seq_id` (the stream id), then the
    /// fields 1 and 2 (statement 59).
    pub fn encode(&self, method: &str, seq_id: i32, out: &mut BytesMut) {
        out.reserve(self.encoded_len(method));
        out.put_u32(VERSION_1 | u32::from(TYPE_EXCEPTION));
        put_string(method, out);
        out.put_i32(seq_id);
        out.put_slice(&[Thrift::STRING, 0, 1]);
        put_string(&self.message, out);
        out.put_slice(&[Thrift::I32, 0, 2]);
        out.put_i32(self.type_id);
        out.put_u8(Thrift::STOP);
    }

    /// How many bytes [`Exception::encode`] appends.
    #[must_use]
    pub fn encoded_len(&self, method: &str) -> usize {
        const FIXED: usize = 4 + 4 + 4 + 3 + 4 + 3 + 4 + 1;
        FIXED + method.len() + self.message.len()
    }

    /// Reads a payload. Name, sequence and unknown fields are not looked at; the type id is 0 if
    /// absent (statement 60). A text that is not UTF-8 is read with U+FFFD in place of bad bytes.
    ///
    /// # Errors
    /// See [`ExceptionError`].
    pub fn decode(payload: &[u8]) -> Result<Self, ExceptionError> {
        let mut thrift = Thrift::new(payload);
        let first = thrift.i32()? as u32;
        if first & VERSION_MASK != VERSION_1 {
            return Err(ExceptionError::BadVersion(first));
        }
        let message_type = first as u8;
        if message_type != TYPE_EXCEPTION {
            return Err(ExceptionError::NotAnException(message_type));
        }
        thrift.string()?;
        thrift.i32()?;
        let mut exception = Self::new(0, FastStr::empty());
        loop {
            match thrift.field()? {
                None => return Ok(exception),
                Some((Thrift::STRING, 1)) => exception.message = text(thrift.string()?),
                Some((Thrift::I32, 2)) => exception.type_id = thrift.i32()?,
                Some((kind, _)) => thrift.skip(kind)?,
            }
        }
    }
}

/// Thrift lengths are `i32`; a text beyond 2 GiB cannot reach this place, because no frame can
/// hold it: the frame's own length is checked before.
fn put_string(value: &str, out: &mut BytesMut) {
    out.put_u32(value.len() as u32);
    out.put_slice(value.as_bytes());
}

/// A payload that is not an exception. Never a reason to close the connection (spec 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExceptionError {
    /// The envelope is not strict, version 1; holds its first word.
    BadVersion(u32),
    /// A Thrift message of another type.
    NotAnException(u8),
    /// The payload ends in the middle of a value.
    Truncated,
    /// A negative length or size.
    NegativeLength,
    /// No Thrift type has this id.
    BadType(u8),
    /// Values nested deeper than 64 levels, Kitex's own limit.
    TooDeep,
}

impl fmt::Display for ExceptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadVersion(word) => write!(f, "bad thrift message version 0x{word:08x}"),
            Self::NotAnException(kind) => {
                write!(f, "thrift message type want Exception, but got {kind}")
            }
            Self::Truncated => f.write_str("thrift exception ends too early"),
            Self::NegativeLength => f.write_str("negative length in thrift exception"),
            Self::BadType(kind) => write!(f, "unknown thrift type {kind}"),
            Self::TooDeep => f.write_str("thrift exception is nested too deeply"),
        }
    }
}

impl std::error::Error for ExceptionError {}
