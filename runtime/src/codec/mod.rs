//! Thrift's binary protocol: what generated code calls to encode and decode its types.
mod containers;
mod enums;
mod error;
mod exception;
mod fields;
mod length;
mod message;
mod ordered;
mod reader;
mod scalar;
mod skip;
mod strings;
mod structs;
mod value;
pub mod wire_type;
mod writer;

pub use error::{DecodeError, DecodeErrorKind};
pub use exception::ApplicationException;
pub use fields::Fields;
pub use length::Length;
pub use message::{Encode, Message};
pub use ordered::OrderedF64;
pub use reader::{COPY_MAX, MAX_DEPTH, PIN_FACTOR, Reader};
pub use structs::{FieldSink, Struct};
pub use value::Value;
pub use writer::{MAX_MESSAGE_LEN, Piece, Writer};
