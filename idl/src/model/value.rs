//! Values of constants and defaults.

use serde::Serialize;

use super::DefId;
use crate::source::Span;

/// A value that was checked against the type it is used at, with every reference resolved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The value itself.
    pub kind: ValueKind,
    /// The constant that the IDL named here, if it named one. For documentation: `kind` holds the
    /// constant's value already, converted to the type at this place.
    pub constant: Option<DefId>,
    /// Where the value is written; for the value of a constant, where the constant is named.
    pub span: Span,
}

/// The value. Which variant is found follows from the type alone, typedefs resolved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// For `bool`.
    Bool(bool),
    /// For integers; fits the type. Of `uint64`, the same 64 bits.
    Int(i64),
    /// For `double` and `float`; in Thrift always finite.
    Double(f64),
    /// For `string`.
    String(String),
    /// For `binary`.
    Binary(Vec<u8>),
    /// For `uuid`, in the order of the text form.
    Uuid([u8; 16]),
    /// For an enum.
    Enum {
        /// The enum, never a typedef of it.
        def: DefId,
        /// The number on the wire.
        number: i32,
        /// Index into the enum's variants of the one that was named, or of the first with this
        /// number; `None` when the number has no name.
        variant: Option<usize>,
    },
    /// For `list`.
    List(Vec<Value>),
    /// For `set`; elements in the order of the IDL, equal scalars once.
    Set(Vec<Value>),
    /// For `map`; entries in the order of the IDL.
    Map(Vec<(Value, Value)>),
    /// For a struct, a union (exactly one field) or an exception.
    Struct {
        /// The struct, never a typedef of it.
        def: DefId,
        /// The fields that are given, in the order of the IDL. The others take their own default.
        fields: Vec<StructFieldValue>,
    },
}

/// One field of a [`ValueKind::Struct`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StructFieldValue {
    /// The field's id.
    pub id: i32,
    /// Its value.
    pub value: Value,
}
