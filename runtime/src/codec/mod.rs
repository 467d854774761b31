//! Thrift's binary protocol: what generated code calls to encode and decode its types.
//!
//! Encoding computes the exact size first, reserves once and writes; decoding reads from one
//! [`Bytes`](bytes::Bytes), checks every length against what is left before it allocates, and
//! shares large strings and binaries with that buffer.

mod containers;
mod enums;
mod error;
mod exception;
mod fields;
mod message;
mod ordered;
mod reader;
mod skip;
mod strings;
mod structs;
mod value;
mod writer;

pub use error::DecodeError;
pub use exception::ApplicationException;
pub use fields::Fields;
pub use message::{Encode, Message};
pub use ordered::OrderedF64;
pub use reader::{COPY_MAX, MAX_DEPTH, Reader};
pub use structs::{FieldSink, Struct};
pub use value::{Value, wire_type};
pub use writer::Writer;
