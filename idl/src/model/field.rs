//! Members of structs, unions and exceptions, arguments, and `throws` entries.

use serde::Serialize;

use super::{Annotations, Docs, TypeRef, Value};
use crate::source::Span;

/// One field. Arguments and `throws` entries are fields too: on the wire they are the fields of the
/// args and the result struct.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// The id on the wire, in Protobuf called the number. In Thrift it fits an `i16`, and may be
    /// zero or negative.
    pub id: i32,
    /// Whether the id is written in the IDL; if not it was assigned: the previous id plus one, from
    /// 1, as Kitex counts (thrift-idl.md 9.1).
    pub explicit_id: bool,
    /// The name in the IDL.
    pub name: String,
    /// Whether the field must, may or should be there.
    pub requiredness: Requiredness,
    /// The name in Protobuf's JSON: `json_name`, or the name in lowerCamelCase. `None` in Thrift.
    pub json_name: Option<String>,
    /// The type.
    pub ty: TypeRef,
    /// How the value, or each element of it, or each value of a map, is written.
    pub encoding: Encoding,
    /// How each key of a map is written.
    pub key_encoding: Encoding,
    /// Whether the elements of a list of numbers are written without a key each.
    pub packed: bool,
    /// The group of the field: an index into [`StructLike::oneofs`](super::StructLike::oneofs).
    pub oneof: Option<usize>,
    /// The default value, checked against the type.
    pub default: Option<Value>,
    /// `&` between type and name: Apache's request to hold the value behind a pointer.
    pub by_reference: bool,
    /// Documentation.
    pub docs: Docs,
    /// Annotations after the field.
    pub annotations: Annotations,
    /// The whole field.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
}

/// Whether a field must be on the wire (thrift-idl.md 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Requiredness {
    /// `required`: always written, an error when missing on read.
    Required,
    /// `optional`: written when set.
    Optional,
    /// Neither word: always written, may be missing on read. Members of unions are always this.
    Default,
}

/// How a value is written where its type leaves a choice. Always [`Plain`](Self::Plain) in Thrift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// The type's only way; for Protobuf's integers, a varint.
    #[default]
    Plain,
    /// A varint that is short for small negative numbers too: `sint32`, `sint64`.
    ZigZag,
    /// Always four or eight bytes: `fixed32`, `fixed64`, `sfixed32`, `sfixed64`.
    Fixed,
    /// A message between a start and an end mark: `group`.
    Group,
}
