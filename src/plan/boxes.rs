//! Where a `Box` is needed: a type that holds itself by value would be infinitely large.
//!
//! Lists, sets and maps allocate, so recursion through them needs nothing (`thrift-idl.md` 9.4).

use std::collections::BTreeSet;

use streamgen_idl::model::{
    DefId, DefinitionKind, Field, Requiredness, Schema, StructKind, TypeKind,
};

use super::Plan;

/// How a field holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holding {
    /// In place.
    Inline,
    /// In a `Box`.
    Boxed,
    /// In an `Option<Box>`, although the IDL does not say `optional`: the type has no finite value
    /// otherwise. Kitex holds such a field in a pointer that may be nil.
    OptionalBox,
}

/// The decision for every field of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Boxes {
    /// Fields on a cycle of by-value containment.
    on_cycle: BTreeSet<(DefId, i32)>,
    /// Fields on such a cycle of which no edge is optional.
    infinite: BTreeSet<(DefId, i32)>,
}

impl Boxes {
    /// Looks for cycles from every field.
    pub(crate) fn build(schema: &Schema) -> Self {
        let all = Graph::build(schema, |_, _| true);
        let mandatory = Graph::build(schema, |kind, field| {
            kind != StructKind::Union && field.requiredness != Requiredness::Optional
        });
        Self {
            on_cycle: all.edges_on_cycles(),
            infinite: mandatory.edges_on_cycles(),
        }
    }

    /// How `field` of the struct-like `def` holds its value.
    pub(crate) fn holding(&self, def: DefId, field: &Field) -> Holding {
        let edge = (def, field.id);
        if self.infinite.contains(&edge) && field.requiredness == Requiredness::Default {
            Holding::OptionalBox
        } else if self.on_cycle.contains(&edge) {
            Holding::Boxed
        } else {
            Holding::Inline
        }
    }
}

impl Plan<'_> {
    /// Whether a field needs a `Box` to make its type finite.
    pub(crate) fn is_boxed(&self, def: DefId, field: &Field) -> bool {
        self.boxes.holding(def, field) != Holding::Inline
    }
}

/// Which struct holds which by value.
struct Graph {
    /// For each definition, its edges: field id and target.
    edges: Vec<Vec<(i32, DefId)>>,
    ids: Vec<DefId>,
}

impl Graph {
    fn build(schema: &Schema, keep: impl Fn(StructKind, &Field) -> bool) -> Self {
        let edges = schema.definitions.iter().map(|def| match &def.kind {
            DefinitionKind::Struct(item) => item
                .fields
                .iter()
                .filter(|field| keep(item.kind, field))
                .filter_map(|field| Some((field.id, target(schema, field)?)))
                .collect(),
            _ => Vec::new(),
        });
        let edges = edges.collect();
        Self {
            edges,
            ids: schema.definitions.iter().map(|def| def.id).collect(),
        }
    }

    /// An edge is on a cycle when its two ends are in one strongly connected component.
    fn edges_on_cycles(&self) -> BTreeSet<(DefId, i32)> {
        let component = self.components();
        let mut found = BTreeSet::new();
        for (from, edges) in self.edges.iter().enumerate() {
            for (field, to) in edges {
                if component[from] == component[to.index()] {
                    found.insert((self.ids[from], *field));
                }
            }
        }
        found
    }

    /// Kosaraju's algorithm without recursion: an IDL may nest as deep as it likes.
    fn components(&self) -> Vec<usize> {
        let count = self.edges.len();
        let mut backward = vec![Vec::new(); count];
        for (from, edges) in self.edges.iter().enumerate() {
            for (_, to) in edges {
                backward[to.index()].push(from);
            }
        }
        let mut component = vec![usize::MAX; count];
        for start in self.finish_order().into_iter().rev() {
            let mut stack = vec![start];
            while let Some(node) = stack.pop() {
                if component[node] == usize::MAX {
                    component[node] = start;
                    stack.extend(&backward[node]);
                }
            }
        }
        component
    }

    /// Nodes in the order in which a depth-first search leaves them.
    fn finish_order(&self) -> Vec<usize> {
        let mut seen = vec![false; self.edges.len()];
        let mut order = Vec::with_capacity(self.edges.len());
        for start in 0..self.edges.len() {
            let mut stack = vec![(start, 0)];
            while let Some((node, next)) = stack.pop() {
                if next == 0 && std::mem::replace(&mut seen[node], true) {
                    continue;
                }
                match self.edges[node].get(next) {
                    Some((_, to)) => {
                        stack.push((node, next + 1));
                        if !seen[to.index()] {
                            stack.push((to.index(), 0));
                        }
                    }
                    None => order.push(node),
                }
            }
        }
        order
    }
}

/// The struct-like that a field holds by value, if it does.
fn target(schema: &Schema, field: &Field) -> Option<DefId> {
    match schema.resolve(&field.ty) {
        TypeKind::Named(id) => schema.struct_like(*id).map(|_| *id),
        _ => None,
    }
}
