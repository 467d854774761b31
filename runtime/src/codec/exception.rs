//! Thrift's own exception: what a peer answers when a call did not reach a declared result.

use std::fmt;

use faststr::FastStr;

use super::{DecodeError, FieldSink, Reader, Struct};

/// `TApplicationException`: a text and a type id. Receivers accept any id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationException {
    /// Why, for people.
    pub message: FastStr,
    /// One of the constants here, or anything a proxy or another framework chose.
    pub type_id: i32,
}

impl ApplicationException {
    /// The service is known, the method is not.
    pub const UNKNOWN_METHOD: i32 = 1;
    /// A reply where a request belongs, or the other way round.
    pub const INVALID_MESSAGE_TYPE: i32 = 2;
    /// A reply of another method.
    pub const WRONG_METHOD_NAME: i32 = 3;
    /// A reply to another request.
    pub const BAD_SEQUENCE_ID: i32 = 4;
    /// A reply that holds neither result nor exception.
    pub const MISSING_RESULT: i32 = 5;
    /// The handler failed or panicked.
    pub const INTERNAL_ERROR: i32 = 6;
    /// Bytes that do not decode.
    pub const PROTOCOL_ERROR: i32 = 7;
    /// A payload codec that the method does not have.
    pub const INVALID_PROTOCOL: i32 = 9;
    /// Kitex's own: no such service.
    pub const UNKNOWN_SERVICE: i32 = 20;

    /// An exception of type `type_id`.
    #[must_use]
    pub fn new(type_id: i32, message: impl Into<FastStr>) -> Self {
        Self {
            message: message.into(),
            type_id,
        }
    }
}

impl Struct for ApplicationException {
    const NAME: &'static str = "TApplicationException";

    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        sink.field(1, &self.message);
        sink.field(2, &self.type_id);
    }

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {
            fields.field(1, &mut self.message)?;
            fields.field(2, &mut self.type_id)?;
        }
        Ok(())
    }
}

impl fmt::Display for ApplicationException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApplicationException {}
