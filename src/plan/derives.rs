//! Which traits follow from what a type holds: equality, hashing, order.

use streamgen_idl::model::{DefId, DefinitionKind, Field, TypeKind, TypeRef};

use super::forms::Forms;
use super::types::Position;

/// The traits of every definition.
#[derive(Clone, Debug)]
pub(crate) struct Derives<'a> {
    pub(super) forms: Forms<'a>,
    traits: Vec<Traits>,
}

/// Traits of one struct-like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    /// No double anywhere in a plain place.
    pub(crate) eq: bool,
    /// No double, and no collection without a hash, in a plain place. The same types could have an
    /// order.
    pub(crate) hash: bool,
    /// The type has an order, because a sorted map or set somewhere needs it.
    pub(crate) ord: bool,
}

/// The collection that a map or set becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collection {
    /// `HashMap`, `HashSet`
    Hash,
    /// `BTreeMap`, `BTreeSet`
    Sorted,
    /// `VecMap`, `VecSet`: the key has neither hash nor order.
    List,
}

impl Collection {
    /// Where the collection's keys or elements stand.
    pub(crate) fn key_position(self) -> Position {
        match self {
            Self::Hash | Self::Sorted => Position::Key,
            Self::List => Position::Plain,
        }
    }
}

impl<'a> Derives<'a> {
    /// Starts from "everything can" and takes away until nothing changes: a recursive type has
    /// what nothing in it forbids. What a struct loses is passed on to those that hold it, so that
    /// a chain of structs, in whatever order, takes time that grows with its length only.
    pub(super) fn build(forms: Forms<'a>) -> Self {
        let all = Traits {
            eq: true,
            hash: true,
            ord: false,
        };
        let definitions = &forms.schema.definitions;
        let mut derives = Self {
            forms,
            traits: vec![all; definitions.len()],
        };
        let holders = derives.holders();
        let mut due: Vec<usize> = (0..definitions.len()).collect();
        while let Some(index) = due.pop() {
            let DefinitionKind::Struct(item) = &definitions[index].kind else {
                continue;
            };
            let traits = derives.of_fields(&item.fields);
            if traits != derives.traits[index] {
                derives.traits[index] = traits;
                due.extend(&holders[index]);
            }
        }
        for id in derives.ordered() {
            derives.traits[id.index()].ord = true;
        }
        derives
    }

    /// For each definition the structs with a field that names it.
    fn holders(&self) -> Vec<Vec<usize>> {
        let definitions = &self.forms.schema.definitions;
        let mut holders = vec![Vec::new(); definitions.len()];
        for (index, def) in definitions.iter().enumerate() {
            if let DefinitionKind::Struct(item) = &def.kind {
                for field in &item.fields {
                    self.for_each_name(&field.ty, &mut |id| holders[id.index()].push(index));
                }
            }
        }
        holders
    }

    fn for_each_name(&self, ty: &'a TypeRef, found: &mut impl FnMut(DefId)) {
        match self.forms.resolve(ty) {
            TypeKind::List(item) | TypeKind::Set(item) => self.for_each_name(item, found),
            TypeKind::Map(key, value) => {
                self.for_each_name(key, found);
                self.for_each_name(value, found);
            }
            TypeKind::Named(id) => found(*id),
            _ => {}
        }
    }

    /// What a struct with these fields can derive. Nobody sorts it.
    pub(crate) fn of_fields(&self, fields: &'a [Field]) -> Traits {
        let eq = fields.iter().all(|field| self.eq(&field.ty));
        Traits {
            eq,
            hash: eq && fields.iter().all(|field| self.hash(&field.ty)),
            ord: false,
        }
    }

    /// What the struct-like with this id can derive.
    pub(crate) fn of(&self, id: DefId) -> Traits {
        self.traits[id.index()]
    }

    /// What the map or set `ty` with this key or element becomes. In a key, collections are sorted:
    /// a `HashMap` has no hash of its own.
    pub(crate) fn collection(
        &self,
        ty: &TypeRef,
        key: &'a TypeRef,
        position: Position,
    ) -> Collection {
        let sorted = || self.forms.maps(ty) == crate::options::MapType::BTree;
        match position {
            Position::Key => Collection::Sorted,
            Position::Plain if self.culprit(key).is_some() => Collection::List,
            Position::Plain if sorted() => Collection::Sorted,
            Position::Plain => Collection::Hash,
        }
    }

    /// The struct that keeps a type from being a key. Doubles and collections in it are no matter:
    /// those of a key are of types that can.
    pub(super) fn culprit(&self, ty: &'a TypeRef) -> Option<DefId> {
        match self.forms.resolve(ty) {
            TypeKind::List(item) | TypeKind::Set(item) => self.culprit(item),
            TypeKind::Map(key, value) => self.culprit(key).or_else(|| self.culprit(value)),
            TypeKind::Named(id) => (!self.of(*id).hash).then_some(*id),
            _ => None,
        }
    }

    fn eq(&self, ty: &'a TypeRef) -> bool {
        let key_eq = |key| match self.collection(ty, key, Position::Plain) {
            Collection::Hash | Collection::Sorted => true, // keys have what they need
            Collection::List => self.eq(key),
        };
        match self.forms.resolve(ty) {
            TypeKind::Float => false,
            TypeKind::Double => self.forms.ordered(ty),
            TypeKind::List(item) => self.eq(item),
            TypeKind::Set(item) => key_eq(item),
            TypeKind::Map(key, value) => key_eq(key) && self.eq(value),
            TypeKind::Named(id) => self.of(*id).eq,
            _ => true,
        }
    }

    fn hash(&self, ty: &'a TypeRef) -> bool {
        let sorted = |key| self.collection(ty, key, Position::Plain) == Collection::Sorted;
        match self.forms.resolve(ty) {
            TypeKind::Float => false,
            TypeKind::Double => self.forms.ordered(ty),
            TypeKind::List(item) => self.hash(item),
            TypeKind::Set(item) => sorted(item),
            TypeKind::Map(key, value) => sorted(key) && self.hash(value),
            TypeKind::Named(id) => self.of(*id).hash,
            _ => true,
        }
    }
}
