//! What goes wrong below a stream, as the error its user sees (ttheader-streaming.md 3.6, 3.8).

use std::io;

use crate::error::{Error, Side};
use crate::frame::{DecodeError, EncodeError, PRELUDE_LEN};
use crate::stream::{illegal_frame, transport_closing};

/// Bytes that are no frame: fatal for the connection.
pub(super) fn from_decode(side: Side, error: DecodeError) -> Error {
    illegal_frame(side, error)
}

/// A frame that cannot be written: fatal for its stream only.
pub(super) fn from_encode(side: Side, error: EncodeError) -> Error {
    illegal_frame(side, error)
}

/// Reading or writing failed.
pub(super) fn from_io(side: Side, error: &io::Error) -> Error {
    transport_closing(side, error)
}

/// The peer closed the connection with `left` bytes of an unfinished frame in the buffer.
pub(super) fn from_eof(side: Side, left: usize) -> Error {
    match left {
        0 => illegal_frame(side, "EOF peer close"),
        1..PRELUDE_LEN => illegal_frame(side, "EOF wait read"),
        _ => transport_closing(side, "connection closed by peer"),
    }
}

/// This side closed the connection.
pub(super) fn closed_here(side: Side) -> Error {
    transport_closing(side, "connection closed")
}
