//! Which types lead back to themselves: an example that followed them would not end.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::schema::{Compiled, Type};

/// The types that a type is made of, in groups: those that lead to each other are in one.
pub(super) struct Cycles(HashMap<Type, usize>);

impl Cycles {
    /// By Kosaraju's algorithm, in linear time. It does not recurse: an
    /// IDL may have thousands of structs in each other.
    pub(super) fn of(schema: &Compiled, root: Type) -> Self {
        let (finished, holders) = walk(schema, root);
        let mut group_of = HashMap::new();
        for (group, &first) in finished.iter().rev().enumerate() {
            let mut todo = vec![first];
            while let Some(ty) = todo.pop() {
                if let Entry::Vacant(entry) = group_of.entry(ty) {
                    entry.insert(group);
                    todo.extend(holders.get(&ty).into_iter().flatten());
                }
            }
        }
        Self(group_of)
    }

    /// Whether a type that another one holds leads back to it.
    pub(super) fn leads_back(&self, held: Type, to: Type) -> bool {
        self.0.get(&held) == self.0.get(&to)
    }
}

/// The types in the order in which a walk into the depth is done with them, and by which others each is held.
fn walk(schema: &Compiled, root: Type) -> (Vec<Type>, HashMap<Type, Vec<Type>>) {
    let (mut finished, mut holders) = (Vec::new(), HashMap::<Type, Vec<Type>>::new());
    let (mut known, mut todo) = (HashSet::new(), vec![(root, false)]);
    while let Some((ty, is_done)) = todo.pop() {
        if is_done {
            finished.push(ty);
        } else if known.insert(ty) {
            todo.push((ty, true));
            for held in schema.held(ty) {
                holders.entry(held).or_default().push(ty);
                todo.push((held, false));
            }
        }
    }
    (finished, holders)
}
