//! References to types.

use serde::Serialize;

use super::{Annotations, DefId};
use crate::source::Span;

/// A type at the place where it is used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypeRef {
    /// Which type.
    pub kind: TypeKind,
    /// Annotations written after the type itself, not after the field or method that uses it.
    pub annotations: Annotations,
    /// Where the type is written, annotations excluded.
    pub span: Span,
}

/// A resolved type. `byte` reads as [`I8`](Self::I8).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// `bool`.
    Bool,
    /// `i8` and `byte`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `uint32`, `fixed32`; in Protobuf only.
    U32,
    /// `uint64`, `fixed64`; in Protobuf only.
    U64,
    /// `float`; in Protobuf only.
    Float,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `binary`.
    Binary,
    /// `uuid`. Kitex has no such type.
    Uuid,
    /// `list<T>`.
    List(Box<TypeRef>),
    /// `set<T>`.
    Set(Box<TypeRef>),
    /// `map<K, V>`.
    Map(Box<TypeRef>, Box<TypeRef>),
    /// A struct, union, exception, enum or typedef; never a constant or a service.
    Named(DefId),
}
