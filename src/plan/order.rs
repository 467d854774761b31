//! Which structs need an order: those in the keys of sorted collections, and what they hold. No
//! others get one, so that a field can be added to them that has none.

use streamgen_idl::model::{DefId, DefinitionKind, Field, Schema, TypeKind, TypeRef};

use super::derives::{Collection, Derives};
use super::types::Position;

impl<'a> Derives<'a> {
    /// The struct-likes that need an order.
    pub(super) fn ordered(&self) -> Vec<DefId> {
        let mut search = Search {
            derives: self,
            seen: vec![false; self.forms.schema.definitions.len()],
            found: Vec::new(),
        };
        for ty in types(self.forms.schema) {
            search.visit(ty, Position::Plain, false);
        }
        let mut next = 0;
        while let Some(id) = search.found.get(next).copied() {
            next += 1;
            let fields = self.forms.schema.struct_like(id).map(|item| &item.fields);
            for Field { ty, .. } in fields.into_iter().flatten() {
                search.visit(ty, Position::Plain, true);
            }
        }
        search.found
    }
}

struct Search<'s, 'a> {
    derives: &'s Derives<'a>,
    seen: Vec<bool>,
    /// The definitions that were found, in the order in which the search came to them.
    found: Vec<DefId>,
}

impl<'a> Search<'_, 'a> {
    /// Looks at a type, which is `sorted` itself or in something that is.
    fn visit(&mut self, ty: &'a TypeRef, position: Position, sorted: bool) {
        match self.derives.forms.resolve(ty) {
            TypeKind::List(item) => self.visit(item, position, sorted),
            TypeKind::Set(item) => self.visit_key(ty, item, position, sorted),
            TypeKind::Map(key, value) => {
                self.visit_key(ty, key, position, sorted);
                self.visit(value, position, sorted);
            }
            TypeKind::Named(id)
                if sorted && self.derives.forms.schema.struct_like(*id).is_some() =>
            {
                self.find(*id);
            }
            _ => {}
        }
    }

    fn find(&mut self, id: DefId) {
        if !std::mem::replace(&mut self.seen[id.index()], true) {
            self.found.push(id);
        }
    }

    fn visit_key(&mut self, ty: &TypeRef, key: &'a TypeRef, position: Position, sorted: bool) {
        let collection = self.derives.collection(ty, key, position);
        let sorted = sorted || collection == Collection::Sorted;
        self.visit(key, collection.key_position(), sorted);
    }
}

/// Every type that is written in a schema.
pub(super) fn types(schema: &Schema) -> impl Iterator<Item = &TypeRef> {
    schema.definitions.iter().flat_map(|def| {
        let types: Vec<&TypeRef> = match &def.kind {
            DefinitionKind::Struct(item) => item.fields.iter().map(|field| &field.ty).collect(),
            DefinitionKind::Typedef(typedef) => vec![&typedef.target],
            DefinitionKind::Const(item) => vec![&item.ty],
            DefinitionKind::Service(service) => service
                .methods
                .iter()
                .flat_map(|method| {
                    let fields = method.args.iter().chain(&method.throws);
                    fields.map(|field| &field.ty).chain(&method.result)
                })
                .collect(),
            DefinitionKind::Enum(_) => Vec::new(),
        };
        types
    })
}
