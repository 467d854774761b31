//! Why bytes do not decode.

use std::fmt;

/// Bytes that are not the message they should be.
///
/// One word wide, so that a `Result` of it travels in registers; built on cold paths only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Detail>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Detail {
    kind: DecodeErrorKind,
    /// The innermost field that did not decode.
    place: Option<(&'static str, i16)>,
    /// What prost says.
    text: String,
}

/// What is wrong with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The message ends within a value.
    Truncated,
    /// A length or count is negative, or larger than what is left of the message could hold.
    Length(i32),
    /// Nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// A string is not UTF-8. Go peers may send such; declare the field `binary` to receive them.
    Utf8,
    /// A wire type that Thrift does not have, so that the value cannot be skipped.
    WireType(u8),
    /// A container holds elements of another wire type than the IDL says.
    ElementType {
        /// What the IDL says.
        expected: u8,
        /// What is there.
        found: u8,
    },
    /// A required field is absent (or has another wire type than the IDL says).
    Missing {
        /// The field's name in the IDL.
        field: &'static str,
    },
    /// An envelope that does not begin with `8001`; holds its first word.
    Version(u32),
    /// An envelope with a message type that Thrift does not have.
    MessageType(u8),
    /// Decoding builds more than [`decoded_max`](super::decoded_max).
    Decoded {
        /// The length of the message in bytes.
        len: usize,
        /// What it may build, in bytes.
        max: usize,
    },
    /// No such Protobuf message; the error's text says why.
    Protobuf,
}

impl DecodeError {
    #[cold]
    #[inline(never)]
    pub(super) fn new(kind: DecodeErrorKind) -> Self {
        Self(Box::new(Detail {
            kind,
            place: None,
            text: String::new(),
        }))
    }

    #[cfg(feature = "protobuf")]
    #[cold]
    #[inline(never)]
    pub(super) fn protobuf(error: &prost::DecodeError) -> Self {
        let mut decode_error = Self::new(DecodeErrorKind::Protobuf);
        decode_error.0.text = error.to_string();
        decode_error
    }

    #[cold]
    #[inline(never)]
    pub(super) fn truncated() -> Self {
        Self::new(DecodeErrorKind::Truncated)
    }

    /// Adds where it happened, unless an inner struct has said so already.
    #[cold]
    #[inline(never)]
    pub(super) fn within(mut self, struct_name: &'static str, id: i16) -> Self {
        self.0.place.get_or_insert((struct_name, id));
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// Whether the bytes may be right, and decoding them takes too much memory.
    pub(crate) fn is_over_limit(&self) -> bool {
        matches!(self.kind(), DecodeErrorKind::Decoded { .. })
    }

    /// The struct and the id of its field that did not decode: the innermost one. `None` if the
    /// bytes break outside of any field.
    #[must_use]
    pub fn place(&self) -> Option<(&'static str, i16)> {
        self.0.place
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.kind, self.0.place) {
            (DecodeErrorKind::Missing { field }, Some((struct_name, id))) => {
                write!(
                    f,
                    "required field `{field}` ({id}) of `{struct_name}` is missing"
                )
            }
            (DecodeErrorKind::Protobuf, _) => f.write_str(&self.0.text),
            (kind, Some((struct_name, id))) => write!(f, "field {id} of `{struct_name}`: {kind}"),
            (kind, None) => kind.fmt(f),
        }
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("message is cut short"),
            Self::Length(length) => write!(f, "length {length} does not fit the message"),
            Self::TooDeep => write!(f, "nested deeper than {}", super::MAX_DEPTH),
            Self::Utf8 => f.write_str("string is not UTF-8"),
            Self::WireType(byte) => write!(f, "unknown wire type {byte}"),
            Self::ElementType { expected, found } => {
                write!(f, "elements of wire type {found} where {expected} belongs")
            }
            Self::Missing { field } => write!(f, "required field `{field}` is missing"),
            Self::Version(word) => write!(f, "message begins with {word:08x}, not with 8001"),
            // The end is what a client tells a limit by.
            Self::Decoded { len, max } => write!(
                f,
                "message of {len} bytes, once decoded, exceeds the maximum of {max} bytes"
            ),
            Self::Protobuf => f.write_str("no such Protobuf message"),
            Self::MessageType(byte) => write!(f, "unknown message type {byte}"),
        }
    }
}

impl std::error::Error for DecodeError {}
