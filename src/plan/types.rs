//! Types of the IDL to types of Rust (`thrift-idl.md` 16).

use streamgen_idl::model::{DefId, DefinitionKind, TypeKind, TypeRef};

use super::Plan;
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

impl Plan<'_> {
    /// The Rust type of `ty`, as code in `module` writes it.
    ///
    /// Every path is absolute or starts at a module of the tree: a user's own `String` or `Option`
    /// beside it changes nothing (`thrift-idl.md` 13.3).
    pub(crate) fn rust_type(&self, module: ModuleId, ty: &TypeRef) -> RustType {
        self.type_in(module, ty, Position::Plain)
    }

    /// Like [`rust_type`](Self::rust_type), for any position.
    pub(crate) fn type_in(&self, module: ModuleId, ty: &TypeRef, position: Position) -> RustType {
        let part = |ty: &TypeRef, position| self.type_in(module, ty, position);
        match &ty.kind {
            TypeKind::Bool => RustType::plain("bool"),
            TypeKind::I8 => RustType::plain("i8"),
            TypeKind::I16 => RustType::plain("i16"),
            TypeKind::I32 => RustType::plain("i32"),
            TypeKind::I64 => RustType::plain("i64"),
            TypeKind::U32 => RustType::plain("u32"),
            TypeKind::U64 => RustType::plain("u64"),
            TypeKind::Float => RustType::plain("f32"),
            TypeKind::Double => match position {
                Position::Plain => RustType::plain("f64"),
                Position::Key => RustType::runtime("codec::OrderedF64", []),
            },
            TypeKind::String => RustType::runtime("FastStr", []),
            TypeKind::Binary => RustType::runtime("Bytes", []),
            // Refused before anything is rendered.
            TypeKind::Uuid => RustType::plain("[u8; 16]"),
            TypeKind::List(item) => RustType::generic("::std::vec::Vec", [part(item, position)]),
            TypeKind::Set(item) => {
                RustType::generic(set_path(position), [part(item, Position::Key)])
            }
            TypeKind::Map(key, value) => {
                let parts = [part(key, Position::Key), part(value, position)];
                RustType::generic(map_path(position), parts)
            }
            TypeKind::Named(id) => self.named_type(module, *id, position),
        }
    }

    /// An alias of a type that looks otherwise in a key cannot be used there.
    fn named_type(&self, module: ModuleId, id: DefId, position: Position) -> RustType {
        if let (Position::Key, DefinitionKind::Typedef(typedef)) =
            (position, &self.schema.def(id).kind)
        {
            let target = self.type_in(module, &typedef.target, position);
            if target != self.type_in(module, &typedef.target, Position::Plain) {
                return target;
            }
        }
        RustType::plain(self.path_to(module, id))
    }

    /// The path to a definition, as code in `module` writes it.
    pub(crate) fn path_to(&self, module: ModuleId, id: DefId) -> String {
        let home = self.modules.of_file(self.schema.def(id).file);
        match self.protobuf.place(id) {
            None => self.modules.prefix(module, home) + self.names.ident(id),
            Some(Place::Extern(path)) => path.clone(),
            Some(Place::Local { modules, ident }) => {
                let inner = modules.iter().map(|module| format!("{module}::"));
                let prefix = self.modules.prefix(module, home);
                inner.fold(prefix, |path, part| path + &part) + ident
            }
        }
    }
}

/// Sets inside keys are ordered: a `HashSet` has no hash of its own.
pub(super) fn set_path(position: Position) -> &'static str {
    match position {
        Position::Plain => "::std::collections::HashSet",
        Position::Key => "::std::collections::BTreeSet",
    }
}

/// Maps inside keys are ordered: a `HashMap` has no hash of its own.
pub(super) fn map_path(position: Position) -> &'static str {
    match position {
        Position::Plain => "::std::collections::HashMap",
        Position::Key => "::std::collections::BTreeMap",
    }
}
