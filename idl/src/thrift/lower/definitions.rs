//! The definitions while they are being made.

use crate::model::{DefId, Definition, DefinitionKind, Service, StructLike, TypeKind, TypeRef};

/// Stands for a definition that does not exist, once lowering has reported the name that should
/// lead to it. Lowering then goes on, and reports the other errors of the same field, method or
/// file too.
pub(super) const NOWHERE: DefId = DefId(u32::MAX);

/// Definitions by id. A slot is empty until its definition is lowered, and for good when the
/// definition breaks a rule.
pub(super) struct Definitions {
    slots: Vec<Option<Definition>>,
}

impl Definitions {
    pub(super) fn new(count: usize) -> Self {
        Self {
            slots: (0..count).map(|_| None).collect(),
        }
    }

    pub(super) fn insert(&mut self, definition: Definition) {
        let index = definition.id.index();
        self.slots[index] = Some(definition);
    }

    /// Takes a definition out, because something is wrong with it.
    pub(super) fn remove(&mut self, id: DefId) {
        self.slots[id.index()] = None;
    }

    pub(super) fn get(&self, id: DefId) -> Option<&Definition> {
        self.slots.get(id.index())?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: DefId) -> Option<&mut Definition> {
        self.slots.get_mut(id.index())?.as_mut()
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.slots.iter().flatten()
    }

    pub(super) fn structs(&self) -> impl Iterator<Item = (&Definition, &StructLike)> {
        self.iter().filter_map(|def| match &def.kind {
            DefinitionKind::Struct(found) => Some((def, found)),
            _ => None,
        })
    }

    pub(super) fn services(&self) -> impl Iterator<Item = (&Definition, &Service)> {
        self.iter().filter_map(|def| match &def.kind {
            DefinitionKind::Service(found) => Some((def, found)),
            _ => None,
        })
    }

    pub(super) fn struct_like(&self, id: DefId) -> Option<&StructLike> {
        match &self.get(id)?.kind {
            DefinitionKind::Struct(found) => Some(found),
            _ => None,
        }
    }

    pub(super) fn service(&self, id: DefId) -> Option<&Service> {
        match &self.get(id)?.kind {
            DefinitionKind::Service(found) => Some(found),
            _ => None,
        }
    }

    /// The type behind typedefs; `None` when something on the way is missing. Ends only after
    /// typedefs that run in a circle were removed.
    pub(super) fn resolve<'a>(&'a self, ty: &'a TypeRef) -> Option<&'a TypeKind> {
        let mut kind = &ty.kind;
        while let TypeKind::Named(id) = kind {
            match &self.get(*id)?.kind {
                DefinitionKind::Typedef(typedef) => kind = &typedef.target.kind,
                _ => break,
            }
        }
        Some(kind)
    }

    /// The enum that a name leads to, itself or through typedefs.
    pub(super) fn enum_behind(&self, mut id: DefId) -> Option<DefId> {
        loop {
            match &self.get(id)?.kind {
                DefinitionKind::Enum(_) => return Some(id),
                DefinitionKind::Typedef(typedef) => match typedef.target.kind {
                    TypeKind::Named(next) => id = next,
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    /// All definitions, if none is missing.
    pub(super) fn complete(self) -> Option<Vec<Definition>> {
        self.slots.into_iter().collect()
    }

    /// All that there are, by id.
    pub(super) fn into_slots(self) -> Vec<Option<Definition>> {
        self.slots
    }
}
