//! Where a `Box` is needed: a type that holds itself by value would be infinitely large.
//!
//! Lists, sets and maps allocate, and so does an `Arc`, so recursion through them needs nothing
//! (`thrift-idl.md` 9.4).

use std::collections::BTreeSet;

use streamgen_idl::model::{
    DefId, DefinitionKind, Field, Requiredness, Schema, StructKind, TypeKind, TypeRef,
};

use super::Plan;
use super::graph::Components;
use super::types::is_shared;

/// fbthrift's annotation for a field that is held in a `Box`; Apache writes `&` before the name
/// (`thrift-idl.md` 9.3). It pays where a large struct is rarely set.
const BOX: &str = "rust.box";

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
    /// The same, where the value is behind an `Arc` anyway.
    Optional,
}

impl Holding {
    /// Whether the value is in a `Box`.
    pub(crate) fn is_boxed(self) -> bool {
        matches!(self, Self::Boxed | Self::OptionalBox)
    }

    /// Whether the field is an `Option` whatever the IDL says.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Self::OptionalBox | Self::Optional)
    }
}

/// The decision for every field of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Boxes {
    /// Fields on a cycle of by-value containment, and those that the IDL asks it for.
    boxed: BTreeSet<(DefId, i32)>,
    /// Fields on a cycle of which no edge is optional.
    infinite: BTreeSet<(DefId, i32)>,
    /// Fields whose value is behind an `Arc`.
    shared: BTreeSet<(DefId, i32)>,
}

impl Boxes {
    /// Looks for cycles from every field.
    pub(crate) fn build(schema: &Schema) -> Self {
        let by_value = Graph::build(schema, |_, field| !is_behind_arc(schema, &field.ty));
        let mandatory = Graph::build(schema, |kind, field| {
            kind != StructKind::Union && field.requiredness != Requiredness::Optional
        });
        let mut boxed = by_value.edges_on_cycles();
        boxed.extend(structs_where(schema, |field| {
            asks_for_box(field) && !is_behind_arc(schema, &field.ty)
        }));
        Self {
            boxed,
            infinite: mandatory.edges_on_cycles(),
            shared: structs_where(schema, |field| is_behind_arc(schema, &field.ty)),
        }
    }

    /// How `field` of the struct-like `def` holds its value.
    pub(crate) fn holding(&self, def: DefId, field: &Field) -> Holding {
        let edge = (def, field.id);
        let infinite = self.infinite.contains(&edge) && field.requiredness == Requiredness::Default;
        match (infinite, self.shared.contains(&edge)) {
            (true, false) => Holding::OptionalBox,
            (true, true) => Holding::Optional,
            (false, _) if self.boxed.contains(&edge) => Holding::Boxed,
            (false, _) => Holding::Inline,
        }
    }
}

impl Plan<'_> {
    /// Whether a field needs a `Box` to make its type finite.
    pub(crate) fn is_boxed(&self, def: DefId, field: &Field) -> bool {
        self.boxes.holding(def, field).is_boxed()
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
        let targets = |edges: &Vec<(i32, DefId)>| edges.iter().map(|(_, to)| to.index()).collect();
        let graph: Vec<Vec<usize>> = self.edges.iter().map(targets).collect();
        let component = Components::of(&graph).of;
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
}

/// The struct-like that a field holds by value, if it does.
fn target(schema: &Schema, field: &Field) -> Option<DefId> {
    match schema.resolve(&field.ty) {
        TypeKind::Named(id) => schema.struct_like(*id).map(|_| *id),
        _ => None,
    }
}

/// The fields that hold a struct and are picked.
fn structs_where(schema: &Schema, picks: impl Fn(&Field) -> bool) -> BTreeSet<(DefId, i32)> {
    let mut found = BTreeSet::new();
    for def in &schema.definitions {
        let DefinitionKind::Struct(item) = &def.kind else {
            continue;
        };
        let fields = item.fields.iter().filter(|field| picks(field));
        let fields = fields.filter(|field| target(schema, field).is_some());
        found.extend(fields.map(|field| (def.id, field.id)));
    }
    found
}

/// Whether the value is behind an `Arc`, as the field says or the typedef that it names.
fn is_behind_arc(schema: &Schema, ty: &TypeRef) -> bool {
    let mut next = Some(ty);
    while let Some(ty) = next {
        if is_shared(ty) {
            return true;
        }
        next = match &ty.kind {
            TypeKind::Named(id) => match &schema.def(*id).kind {
                DefinitionKind::Typedef(typedef) => Some(&typedef.target),
                _ => None,
            },
            _ => None,
        };
    }
    false
}

fn asks_for_box(field: &Field) -> bool {
    let annotation = field.annotations.get(BOX);
    field.by_reference || annotation.is_some_and(|one| one.value.as_deref() != Some("false"))
}
