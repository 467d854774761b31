//! What can be wrong with header bytes, in each direction.

use std::fmt;

/// Bytes that are not a frame this side accepts.
///
/// On a streaming connection every one of these is fatal for the connection (code 12004,
/// statements 9–12, 19): the length can no longer be trusted, so there is no next frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// LENGTH is above the configured maximum.
    TooLong {
        /// The LENGTH that was read.
        length: u32,
        /// The maximum it exceeds.
        max: u32,
    },
    /// LENGTH is smaller than the header it should contain.
    TooShort {
        /// The LENGTH that was read.
        length: u32,
    },
    /// Offset 4 does not hold `0x1000`.
    BadMagic(u16),
    /// HEADER SIZE is 0: no room for the protocol id.
    EmptyHeader,
    /// The streaming flag is clear on a streaming connection.
    NotStreaming {
        /// The FLAGS that were read.
        flags: u16,
    },
    /// PROTOCOL ID is none of those a receiver accepts.
    UnknownProtocol(u8),
    /// A section begins with an unknown info id.
    UnknownInfo(u8),
    /// A section runs past the end of the header info.
    Overrun,
    /// Int key 27 is missing or not one digit from 1 to 5.
    BadFrameType,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, max } => {
                write!(
                    f,
                    "frame length {length} exceeds the maximum of {max} bytes"
                )
            }
            Self::TooShort { length } => {
                write!(
                    f,
                    "frame length {length} is smaller than the frame's header"
                )
            }
            Self::BadMagic(magic) => write!(f, "not a TTHeader frame: magic 0x{magic:04x}"),
            Self::EmptyHeader => f.write_str("invalid header length: 0"),
            Self::NotStreaming { flags } => write!(f, "unexpected header flags: {flags}"),
            Self::UnknownProtocol(id) => write!(f, "unsupported protocol id 0x{id:02x}"),
            Self::UnknownInfo(id) => write!(f, "invalid header info id 0x{id:02x}"),
            Self::Overrun => f.write_str("header info runs past its declared size"),
            Self::BadFrameType => f.write_str("missing or unexpected frame type"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// A header that cannot be written. Nothing has been written when this is returned, so only the
/// stream that asked for it fails (statement 18; Kitex closes the connection here, defect 9.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A string is longer than 65535 bytes.
    StringTooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// More pairs than a section's `u16` count can express.
    TooManyPairs {
        /// How many there are.
        count: usize,
    },
    /// The header info is larger than HEADER SIZE can express.
    HeaderTooLarge {
        /// Its size in bytes.
        len: usize,
    },
    /// Header and payload together exceed the largest LENGTH.
    FrameTooLarge {
        /// The LENGTH the frame would need, in bytes.
        len: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StringTooLong { len } => {
                write!(f, "header string of {len} bytes, at most 65535 can be sent")
            }
            Self::TooManyPairs { count } => {
                write!(f, "{count} header pairs, at most 65535 can be sent")
            }
            Self::HeaderTooLarge { len } => {
                write!(f, "header of {len} bytes, at most 262140 can be sent")
            }
            Self::FrameTooLarge { len } => {
                write!(f, "frame of {len} bytes, at most 1073741823 can be sent")
            }
        }
    }
}

impl std::error::Error for EncodeError {}
