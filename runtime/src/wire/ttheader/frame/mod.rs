//! TTHeader bytes: frames in, frames out. Pure: no sockets, no clocks, no tasks.
//!
//! [`Header`] and [`Prelude`] serve streaming and ping-pong alike; [`FrameReader`], [`write_frame`]
//! and [`DataHead`] are streaming's. The layout is `ttheader-streaming.md` section 1.

mod data_shape;
mod encode;
mod error;
mod exception;
mod header;
mod info;
mod kind;
mod layout;
mod pairs;
mod prelude;
mod reader;
mod writer;

pub use error::{DecodeError, EncodeError};
pub use exception::{ExceptionError, decode_exception, encode_exception};
pub use header::Header;
pub use kind::{Frame, FrameBody, FrameInfo, FrameKind};
pub use layout::{
    FLAG_OUT_OF_ORDER, FLAG_STREAMING, MAGIC, MAX_INFO_LEN, MAX_LENGTH, MAX_STRING_LEN,
    PRELUDE_LEN, PROTOCOL_THRIFT_BINARY, PROTOCOL_THRIFT_STRUCT, int_key, str_key,
};
pub use pairs::IntPairs;
pub use prelude::Prelude;
pub use reader::{COPY_MAX, FrameHead, FrameReader};
pub use writer::{DataHead, check_pairs, write_frame};
