//! Why bytes do not decode.

use std::fmt;

/// Bytes that are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Truncated,
    Length(i32),
    TooDeep,
    Utf8,
    WireType(u8),
    Missing {
        struct_name: &'static str,
        field: &'static str,
    },
    Other(&'static str),
}

impl DecodeError {
    #[cold]
    pub(crate) fn truncated() -> Self {
        Self(Kind::Truncated)
    }

    #[cold]
    pub(crate) fn length(length: i32) -> Self {
        Self(Kind::Length(length))
    }

    #[cold]
    pub(crate) fn too_deep() -> Self {
        Self(Kind::TooDeep)
    }

    #[cold]
    pub(crate) fn utf8() -> Self {
        Self(Kind::Utf8)
    }

    #[cold]
    pub(crate) fn wire_type(byte: u8) -> Self {
        Self(Kind::WireType(byte))
    }

    /// A required field did not arrive; for generated code.
    #[cold]
    #[must_use]
    pub fn missing(struct_name: &'static str, field: &'static str) -> Self {
        Self(Kind::Missing { struct_name, field })
    }

    /// Any other reason.
    #[cold]
    #[must_use]
    pub fn other(reason: &'static str) -> Self {
        Self(Kind::Other(reason))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Truncated => f.write_str("message is cut short"),
            Kind::Length(length) => write!(f, "length {length} does not fit the message"),
            Kind::TooDeep => write!(f, "message is nested deeper than {}", super::MAX_DEPTH),
            Kind::Utf8 => f.write_str("string is not UTF-8"),
            Kind::WireType(byte) => write!(f, "unknown wire type {byte}"),
            Kind::Missing { struct_name, field } => {
                write!(f, "required field `{field}` of `{struct_name}` is missing")
            }
            Kind::Other(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for DecodeError {}
