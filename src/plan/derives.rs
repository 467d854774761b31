//! Which types can be compared for equality and hashed, and so serve as keys.

use streamgen_idl::model::{DefId, DefinitionKind, Field, Schema, StructLike, TypeKind, TypeRef};
use streamgen_idl::{Code, Diagnostic};

/// The traits that follow from what a type holds, by definition.
#[derive(Clone, Debug)]
pub(crate) struct Derives<'a> {
    schema: &'a Schema,
    traits: Vec<Traits>,
}

/// Traits of one struct-like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    /// No double anywhere in a plain place.
    pub(crate) eq: bool,
    /// No double, set or map in a plain place.
    pub(crate) hash: bool,
}

impl<'a> Derives<'a> {
    /// Starts from "everything can" and takes away until nothing changes: a recursive type has
    /// what nothing in it forbids.
    pub(crate) fn build(schema: &'a Schema) -> Self {
        let all = Traits {
            eq: true,
            hash: true,
        };
        let mut derives = Self {
            schema,
            traits: vec![all; schema.definitions.len()],
        };
        loop {
            let next = schema.definitions.iter().map(|def| match &def.kind {
                DefinitionKind::Struct(item) => derives.of_fields(&item.fields),
                _ => all,
            });
            let next: Vec<_> = next.collect();
            if next == derives.traits {
                return derives;
            }
            derives.traits = next;
        }
    }

    /// What a struct with these fields can derive.
    pub(crate) fn of_fields(&self, fields: &[Field]) -> Traits {
        let eq = fields.iter().all(|field| self.eq(&field.ty));
        Traits {
            eq,
            hash: eq && fields.iter().all(|field| self.hash(&field.ty)),
        }
    }

    /// What the struct-like with this id can derive.
    pub(crate) fn of(&self, id: DefId) -> Traits {
        self.traits[id.index()]
    }

    fn eq(&self, ty: &TypeRef) -> bool {
        match self.schema.resolve(ty) {
            TypeKind::Double => false,
            TypeKind::List(item) | TypeKind::Map(_, item) => self.eq(item),
            TypeKind::Named(id) => self.of(*id).eq,
            _ => true, // elements of a set are keys, and keys have what they need
        }
    }

    fn hash(&self, ty: &TypeRef) -> bool {
        match self.schema.resolve(ty) {
            TypeKind::Double | TypeKind::Set(_) | TypeKind::Map(..) => false,
            TypeKind::List(item) => self.hash(item),
            TypeKind::Named(id) => self.of(*id).hash,
            _ => true,
        }
    }

    /// Reports keys that cannot be hashed, and types that have no Rust counterpart, in the whole
    /// schema.
    pub(crate) fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        for def in &self.schema.definitions {
            match &def.kind {
                DefinitionKind::Struct(StructLike { fields, .. }) => {
                    self.check_fields(fields, diagnostics);
                }
                DefinitionKind::Typedef(typedef) => self.check_type(&typedef.target, diagnostics),
                DefinitionKind::Const(item) => self.check_type(&item.ty, diagnostics),
                DefinitionKind::Service(service) => {
                    for method in &service.methods {
                        self.check_fields(&method.args, diagnostics);
                        if let Some(result) = &method.result {
                            self.check_type(result, diagnostics);
                        }
                    }
                }
                DefinitionKind::Enum(_) => {}
            }
        }
    }

    fn check_fields(&self, fields: &[Field], diagnostics: &mut Vec<Diagnostic>) {
        for field in fields {
            self.check_type(&field.ty, diagnostics);
        }
    }

    fn check_type(&self, ty: &TypeRef, diagnostics: &mut Vec<Diagnostic>) {
        match &ty.kind {
            TypeKind::Uuid => diagnostics.push(
                Diagnostic::new(Code::TypeNotSupported, "`uuid` is not supported yet")
                    .label(ty.span, "")
                    .help("Kitex has no such type either; `binary` holds the 16 bytes"),
            ),
            TypeKind::List(item) => self.check_type(item, diagnostics),
            TypeKind::Set(item) => self.check_key(item, "set element", diagnostics),
            TypeKind::Map(key, value) => {
                self.check_key(key, "map key", diagnostics);
                self.check_type(value, diagnostics);
            }
            _ => {}
        }
    }

    fn check_key(&self, ty: &TypeRef, what: &str, diagnostics: &mut Vec<Diagnostic>) {
        self.check_type(ty, diagnostics);
        if let Some(culprit) = self.unhashable(ty, false) {
            let name = &self.schema.def(culprit).name;
            diagnostics.push(
                Diagnostic::new(
                    Code::UnhashableKey,
                    format!("`{name}` cannot be hashed, so it cannot be in a {what}"),
                )
                .label(ty.span, format!("used as {what} here"))
                .label(
                    self.schema.def(culprit).name_span,
                    "holds a double, a set or a map",
                ),
            );
        }
    }

    /// The struct that keeps a type from being a key. Inside a set or map that is itself in a key,
    /// elements must have an order, which structs have not.
    fn unhashable(&self, ty: &TypeRef, ordered: bool) -> Option<DefId> {
        match self.schema.resolve(ty) {
            TypeKind::List(item) => self.unhashable(item, ordered),
            TypeKind::Set(item) => self.unhashable(item, true),
            TypeKind::Map(key, value) => self
                .unhashable(key, true)
                .or_else(|| self.unhashable(value, ordered)),
            TypeKind::Named(id) if self.schema.struct_like(*id).is_some() => {
                (ordered || !self.of(*id).hash).then_some(*id)
            }
            _ => None,
        }
    }
}
