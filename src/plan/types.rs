//! Types of the IDL to types of Rust (`thrift-idl.md` 16).

use streamgen_idl::model::{DefId, DefinitionKind, Schema, TypeKind, TypeRef};

use crate::options::{BytesType, StringType};

use super::Plan;
use super::annotate::SHARED;
use super::derives::Collection;
use super::forms::Forms;
use super::modules::ModuleId;
use super::protobuf::Place;
use super::rust_type::RustType;

/// Where a type stands. Keys of maps and elements of sets are hashed, and what lies inside them
/// too, so that other types are needed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Anywhere else.
    Plain,
    /// In a key or a set's element, however deep.
    Key,
}

impl<'a> Plan<'a> {
    /// The Rust type of `ty`, as code in `module` writes it.
    ///
    /// Every path is absolute or starts at a module of the tree: a user's own `String` or `Option`
    /// beside it changes nothing (`thrift-idl.md` 13.3).
    pub(crate) fn rust_type(&self, module: ModuleId, ty: &'a TypeRef) -> RustType {
        self.type_in(module, ty, Position::Plain)
    }

    /// Like [`rust_type`](Self::rust_type), for any position.
    pub(crate) fn type_in(
        &self,
        module: ModuleId,
        ty: &'a TypeRef,
        position: Position,
    ) -> RustType {
        let bare = self.bare_type(module, ty, position);
        match is_shared(ty) {
            true => RustType::generic(ARC, [bare]),
            false => bare,
        }
    }

    fn bare_type(&self, module: ModuleId, ty: &'a TypeRef, position: Position) -> RustType {
        let part = |ty: &'a TypeRef, position| self.type_in(module, ty, position);
        match self.kind(ty) {
            TypeKind::Bool => RustType::plain("bool"),
            TypeKind::I8 => RustType::plain("i8"),
            TypeKind::I16 => RustType::plain("i16"),
            TypeKind::I32 => RustType::plain("i32"),
            TypeKind::I64 => RustType::plain("i64"),
            TypeKind::U32 => RustType::plain("u32"),
            TypeKind::U64 => RustType::plain("u64"),
            TypeKind::Float => RustType::plain("f32"),
            TypeKind::Double if position == Position::Key || self.forms().ordered(ty) => {
                RustType::runtime("codec::OrderedF64", [])
            }
            TypeKind::Double => RustType::plain("f64"),
            TypeKind::String => match self.forms().string(ty) {
                StringType::FastStr => RustType::runtime("FastStr", []),
                StringType::String => RustType::plain("::std::string::String"),
            },
            TypeKind::Binary => match self.forms().bytes(ty) {
                BytesType::Bytes => RustType::runtime("Bytes", []),
                BytesType::Vec => RustType::generic("::std::vec::Vec", [RustType::plain("u8")]),
            },
            TypeKind::Uuid => RustType::runtime("codec::Uuid", []),
            TypeKind::List(item) => RustType::generic("::std::vec::Vec", [part(item, position)]),
            TypeKind::Set(item) => {
                let collection = self.derives.collection(ty, item, position);
                let item = part(item, collection.key_position());
                RustType::generic(collection.set_path(), [item])
            }
            TypeKind::Map(key, value) => {
                let collection = self.derives.collection(ty, key, position);
                let key = part(key, collection.key_position());
                RustType::generic(collection.map_path(), [key, part(value, position)])
            }
            TypeKind::Named(id) => self.named_type(module, *id, position),
        }
    }

    /// The type as it is written, unless it is a typedef's name with an annotation that asks for
    /// something else than the typedef.
    fn kind(&self, ty: &'a TypeRef) -> &'a TypeKind {
        match ty.kind {
            TypeKind::Named(_) if self.forms().has_own_choice(ty) => self.forms().resolve(ty),
            _ => &ty.kind,
        }
    }

    /// An alias of a type that looks otherwise in a key cannot be used there.
    fn named_type(&self, module: ModuleId, id: DefId, position: Position) -> RustType {
        let schema: &'a Schema = self.schema;
        if let (Position::Key, DefinitionKind::Typedef(typedef)) = (position, &schema.def(id).kind)
        {
            let target = self.type_in(module, &typedef.target, position);
            if target != self.type_in(module, &typedef.target, Position::Plain) {
                return target;
            }
        }
        self.definition_type(module, id)
    }

    /// The path to a definition, as code in `module` writes it.
    pub(crate) fn path_to(&self, module: ModuleId, id: DefId) -> String {
        self.definition_type(module, id).path
    }

    /// A definition, as code in `module` writes it.
    fn definition_type(&self, module: ModuleId, id: DefId) -> RustType {
        if let Some(path) = self.externs.path(id) {
            return RustType::plain(path);
        }
        let home = self.modules.of_file(self.schema.def(id).file);
        match self.protobuf.place(id) {
            None => RustType::in_module(self.modules.prefix(module, home) + self.names.ident(id)),
            Some(Place::Extern(path)) => RustType::plain(path),
            Some(Place::Local { modules, ident }) => {
                let inner = modules.iter().map(|module| format!("{module}::"));
                let prefix = self.modules.prefix(module, home);
                RustType::in_module(inner.fold(prefix, |path, part| path + &part) + ident)
            }
        }
    }

    pub(super) fn forms(&self) -> Forms<'a> {
        self.derives.forms
    }
}

/// Shared pointers, which annotations ask for.
pub(super) const ARC: &str = "::std::sync::Arc";

/// Whether the value is behind an `Arc`.
pub(super) fn is_shared(ty: &TypeRef) -> bool {
    !ty.annotations.is_empty() && SHARED.iter().any(|key| ty.annotations.has(key))
}

impl Collection {
    /// The path of the set.
    pub(super) fn set_path(self) -> &'static str {
        match self {
            Self::Hash => "::std::collections::HashSet",
            Self::Sorted => "::std::collections::BTreeSet",
            Self::List => "::streamgen_runtime::codec::VecSet",
        }
    }

    /// The path of the map.
    pub(super) fn map_path(self) -> &'static str {
        match self {
            Self::Hash => "::std::collections::HashMap",
            Self::Sorted => "::std::collections::BTreeMap",
            Self::List => "::streamgen_runtime::codec::VecMap",
        }
    }
}
