//! Thrift's binary protocol, and Protobuf beside it: what generated code calls to encode and decode
//! its types.
mod any;
mod budget;
mod containers;
#[cfg(feature = "serde")]
mod enum_text;
mod enums;
mod error;
mod exception;
mod fields;
mod length;
mod message;
mod ordered;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod raw;
mod reader;
mod scalar;
mod shared;
mod skip;
pub(crate) mod status_proto;
mod strings;
mod struct_end;
mod structs;
mod unknown;
mod uuid;
mod value;
mod vec_map;
pub mod wire_type;
mod writer;

pub use any::AnyMessage;
pub use budget::{DECODED_FACTOR, DECODED_FLOOR, decoded_max};
pub use bytes::BytesMut;
#[cfg(feature = "serde")]
pub use enum_text::{NamedEnum, deserialize_enum, serialize_enum};
pub use error::{DecodeError, DecodeErrorKind};
pub use exception::ApplicationException;
pub use fields::Fields;
pub use length::Length;
pub(crate) use message::short_name;
pub use message::{Encode, Message};
pub use ordered::OrderedF64;
pub use raw::RawMessage;
pub use reader::{COPY_MAX, MAX_DEPTH, PIN_FACTOR, Reader};
pub(crate) use struct_end::StructEnd;
pub use structs::{FieldSink, Struct};
pub use unknown::UnknownFields;
pub use uuid::{InvalidUuid, Uuid};
pub use value::Value;
pub use vec_map::{VecMap, VecSet};
pub use writer::{MAX_MESSAGE_LEN, Piece, Writer};
