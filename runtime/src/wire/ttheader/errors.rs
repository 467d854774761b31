//! What goes wrong below a stream, as the error its user sees (ttheader-streaming.md 3.6, 3.8).

use std::io;

use crate::error::{Error, Side};
use crate::wire::ttheader::frame::{DecodeError, EncodeError, PRELUDE_LEN};
use crate::wire::ttheader::state::{
    connection_unreadable, frame_too_large, illegal_frame, transport_closing,
};

/// Bytes that are no frame: fatal for the connection.
pub(super) fn from_decode(side: Side, error: DecodeError) -> Error {
    match error {
        DecodeError::TooLong { .. } => frame_too_large(side, error),
        _ => illegal_frame(side, error),
    }
    .caused_by(error)
}

/// A frame that cannot be written: fatal for its stream only.
pub(super) fn from_encode(side: Side, error: EncodeError) -> Error {
    match error {
        EncodeError::FrameTooLarge { .. } => frame_too_large(side, error),
        _ => illegal_frame(side, error),
    }
    .caused_by(error)
}

/// Reading or writing failed.
pub(super) fn from_io(side: Side, error: io::Error) -> Error {
    transport_closing(side, &error).caused_by(error)
}

/// The peer closed the connection with `left` bytes of an unfinished frame in the buffer.
pub(super) fn from_eof(side: Side, left: usize) -> Error {
    match left {
        0 => connection_unreadable(side, PEER_CLOSED),
        1..PRELUDE_LEN => connection_unreadable(side, "EOF wait read"),
        _ => transport_closing(side, "connection closed by peer"),
    }
}

/// This side closed the connection.
pub(super) fn closed_here(side: Side) -> Error {
    transport_closing(side, CLOSED_HERE)
}

/// Kitex uses the same text.
const PEER_CLOSED: &str = "EOF peer close";
const CLOSED_HERE: &str = "connection closed";

/// Whether one of the sides closed the connection between two frames.
pub(super) fn is_orderly(reason: &Error) -> bool {
    matches!(reason.message(), PEER_CLOSED | CLOSED_HERE)
}
