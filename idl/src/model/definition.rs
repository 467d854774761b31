//! Definitions: everything in a file that has a name of its own.

use serde::Serialize;

use super::{Annotations, Docs, Field, Service, TypeRef, Value};
use crate::source::{FileId, Span};

/// Identifies a definition of a [`Schema`](super::Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DefId(pub(crate) u32);

impl DefId {
    /// Position in [`Schema::definitions`](super::Schema::definitions).
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A struct, union, exception, enum, typedef, constant or service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Its id.
    pub id: DefId,
    /// The file it stands in.
    pub file: FileId,
    /// The definition that this one is nested in; `None` at the top level of a file, where every
    /// definition of a Thrift file stands.
    pub parent: Option<DefId>,
    /// The name in the IDL, without those of its parents.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// Annotations after the definition.
    pub annotations: Annotations,
    /// The whole definition.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
    /// What it is.
    pub kind: DefinitionKind,
}

/// What a definition is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DefinitionKind {
    /// A struct, union or exception.
    Struct(StructLike),
    /// An enum.
    Enum(Enum),
    /// A typedef.
    Typedef(Typedef),
    /// A constant.
    Const(Const),
    /// A service.
    Service(Service),
}

/// A struct, union or exception: on the wire they are the same thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StructLike {
    /// Which of the three.
    pub kind: StructKind,
    /// The fields in the order of the IDL. Ids and names are unique.
    pub fields: Vec<Field>,
    /// The groups of fields of which at most one is set, in the order of the IDL; none in Thrift,
    /// where a union is such a group.
    pub oneofs: Vec<Oneof>,
}

/// Fields of a struct of which at most one is set: those whose [`Field::oneof`] names the group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Oneof {
    /// The name in the IDL.
    pub name: String,
    /// Documentation.
    pub docs: Docs,
    /// Its options.
    pub annotations: Annotations,
}

impl StructLike {
    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: i32) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

/// The word that opened a [`StructLike`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StructKind {
    /// `struct`.
    Struct,
    /// `union`: at most one field is set.
    Union,
    /// `exception`: may stand in `throws`.
    Exception,
}

/// An enum: named `i32` numbers. A peer may send a number that has no name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enum {
    /// The named numbers in the order of the IDL; may be empty. Names are unique, numbers are not:
    /// of equal ones the first is the canonical name.
    pub variants: Vec<EnumVariant>,
    /// Whether a number without a name is not a value of the enum, as in proto2; else it survives.
    pub closed: bool,
}

impl Enum {
    /// Index of the canonical name of a number.
    #[must_use]
    pub fn position_of(&self, number: i32) -> Option<usize> {
        self.variants
            .iter()
            .position(|variant| variant.number == number)
    }
}

/// One named number of an [`Enum`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnumVariant {
    /// The name in the IDL.
    pub name: String,
    /// The number on the wire: written, or the previous one plus one, from 0.
    pub number: i32,
    /// Documentation.
    pub docs: Docs,
    /// Annotations after the name or number.
    pub annotations: Annotations,
    /// The whole entry.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
}

/// Another name for a type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Typedef {
    /// The type. Chains of typedefs end: cycles are refused before the model is built.
    pub target: TypeRef,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Const {
    /// Its type.
    pub ty: TypeRef,
    /// Its value, checked against the type.
    pub value: Value,
}
