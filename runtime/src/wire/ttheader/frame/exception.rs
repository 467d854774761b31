//! The payload of an RST and of a failing TRAILER: a Thrift message of type EXCEPTION (spec 2.3).

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use faststr::FastStr;

use super::header::text;
use crate::codec::{ApplicationException, DecodeError, Encode, Reader};

/// First half of the envelope: strict binary protocol, version 1.
const VERSION_1: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;
/// Thrift message type EXCEPTION, the envelope's last byte.
const TYPE_EXCEPTION: u8 = 3;

/// Appends the payload: strict envelope with `method` and `seq_id` (the stream id), then the
/// exception's two fields (statement 59).
pub fn encode_exception(
    exception: &ApplicationException,
    method: &str,
    seq_id: i32,
    out: &mut BytesMut,
) {
    out.put_u32(VERSION_1 | u32::from(TYPE_EXCEPTION));
    // The method is a header string of the same stream, hence at most 65535 bytes.
    out.put_u32(method.len() as u32);
    out.put_slice(method.as_bytes());
    out.put_i32(seq_id);
    exception.encode_to(out);
}

/// Reads a payload. Name, sequence and unknown fields are not looked at, any type id is taken, and
/// it is 0 if absent (statement 60). Bad UTF-8 in the text becomes U+FFFD: a text for humans is no
/// reason to lose the error.
///
/// # Errors
/// See [`ExceptionError`].
pub fn decode_exception(payload: &Bytes) -> Result<ApplicationException, ExceptionError> {
    let mut reader = Reader::new(payload);
    let envelope = reader.read::<i32>()? as u32;
    if envelope & VERSION_MASK != VERSION_1 {
        return Err(ExceptionError::BadVersion(envelope));
    }
    let message_type = envelope as u8;
    if message_type != TYPE_EXCEPTION {
        return Err(ExceptionError::NotAnException(message_type));
    }
    let _name: Bytes = reader.read()?;
    let _sequence: i32 = reader.read()?;
    let mut exception = ApplicationException::new(0, FastStr::empty());
    loop {
        match reader.head()? {
            0 => return Ok(exception),
            head if head == Reader::key::<Bytes>(1) => {
                exception.message = text(&reader.read::<Bytes>()?);
            }
            head if head == Reader::key::<i32>(2) => exception.type_id = reader.read()?,
            head => reader.skip_field(head)?,
        }
    }
}

/// A payload that is not an exception. Never a reason to close the connection (spec 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExceptionError {
    /// The envelope is not strict, version 1; holds its first word.
    BadVersion(u32),
    /// A Thrift message of another type.
    NotAnException(u8),
    /// Bytes that are no Thrift values.
    Malformed(DecodeError),
}

impl From<DecodeError> for ExceptionError {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for ExceptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadVersion(word) => write!(f, "bad thrift message version 0x{word:08x}"),
            Self::NotAnException(kind) => {
                write!(f, "thrift message type want Exception, but got {kind}")
            }
            Self::Malformed(error) => write!(f, "bad thrift exception: {error}"),
        }
    }
}

impl std::error::Error for ExceptionError {}
