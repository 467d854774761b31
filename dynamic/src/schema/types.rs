//! Types behind their typedefs. Each typedef, element and map is looked up once, however often the IDL names
//! it.

use std::collections::HashMap;
use std::hash::Hash;

use streamgen_idl::model::{TypeKind, TypeRef};

use super::Type;
use super::compile::{Compiler, last};

impl Compiler<'_> {
    pub(super) fn type_of(&mut self, ty: &TypeRef) -> Type {
        let TypeKind::Named(id) = ty.kind else {
            return self.resolved(ty);
        };
        if let Some(&known) = self.types.get(&id) {
            return known;
        }
        let found = self.resolved(ty);
        self.types.insert(id, found);
        found
    }

    fn resolved(&mut self, ty: &TypeRef) -> Type {
        match self.model.resolve(ty) {
            TypeKind::Bool => Type::Bool,
            TypeKind::I8 => Type::I8,
            TypeKind::I16 => Type::I16,
            TypeKind::I32 => Type::I32,
            TypeKind::I64 => Type::I64,
            TypeKind::U32 => Type::U32,
            TypeKind::U64 => Type::U64,
            TypeKind::Float => Type::Float,
            TypeKind::Double => Type::Double,
            TypeKind::String => Type::String,
            TypeKind::Binary => Type::Binary,
            TypeKind::Uuid => Type::Uuid,
            TypeKind::List(element) => Type::List(self.element(element)),
            TypeKind::Set(element) => Type::Set(self.element(element)),
            TypeKind::Map(key, value) => {
                let map = (self.type_of(key), self.type_of(value));
                Type::Map(index_of(&mut self.out.maps, &mut self.map_at, map))
            }
            TypeKind::Named(id) => self.types[id],
        }
    }

    fn element(&mut self, element: &TypeRef) -> u32 {
        let element = self.type_of(element);
        index_of(&mut self.out.elements, &mut self.element_at, element)
    }
}

/// Index of an entry of a table, which is added if it is not there.
fn index_of<T: Copy + Eq + Hash>(table: &mut Vec<T>, known: &mut HashMap<T, u32>, entry: T) -> u32 {
    *known.entry(entry).or_insert_with(|| {
        table.push(entry);
        last(table)
    })
}
