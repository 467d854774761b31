//! Types at the place where they are used.

use serde::Serialize;
use streamgen_idl::model::{TypeKind, TypeRef};

use super::{AnnotationView, Reader, annotations};

/// A type, with the annotations that are written after it.
#[derive(Serialize)]
pub(super) struct TypeView<'a> {
    #[serde(flatten)]
    kind: KindView<'a>,
    annotations: Vec<AnnotationView<'a>>,
}

/// What a type is: `kind` in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KindView<'a> {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U32,
    U64,
    Float,
    Double,
    String,
    Binary,
    Uuid,
    List {
        element: Box<TypeView<'a>>,
    },
    Set {
        element: Box<TypeView<'a>>,
    },
    Map {
        key: Box<TypeView<'a>>,
        value: Box<TypeView<'a>>,
    },
    /// A struct, union, exception, enum or typedef.
    Named {
        /// An index into the definitions of the document.
        definition: usize,
        /// The name of that definition.
        name: &'a str,
    },
}

impl<'a> TypeView<'a> {
    /// Types nest no deeper than the loader allows.
    pub(super) fn new(reader: Reader<'a>, of: &'a TypeRef) -> Self {
        let boxed = |inner: &'a TypeRef| Box::new(Self::new(reader, inner));
        let kind = match &of.kind {
            TypeKind::Bool => KindView::Bool,
            TypeKind::I8 => KindView::I8,
            TypeKind::I16 => KindView::I16,
            TypeKind::I32 => KindView::I32,
            TypeKind::I64 => KindView::I64,
            TypeKind::U32 => KindView::U32,
            TypeKind::U64 => KindView::U64,
            TypeKind::Float => KindView::Float,
            TypeKind::Double => KindView::Double,
            TypeKind::String => KindView::String,
            TypeKind::Binary => KindView::Binary,
            TypeKind::Uuid => KindView::Uuid,
            TypeKind::List(element) => KindView::List {
                element: boxed(element),
            },
            TypeKind::Set(element) => KindView::Set {
                element: boxed(element),
            },
            TypeKind::Map(key, value) => KindView::Map {
                key: boxed(key),
                value: boxed(value),
            },
            TypeKind::Named(id) => KindView::Named {
                definition: id.index(),
                name: &reader.schema.def(*id).name,
            },
        };
        Self {
            kind,
            annotations: annotations(&of.annotations),
        }
    }
}
