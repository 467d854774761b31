//! How deep types nest, for rustc: to see that a handler's future is `Send` it goes from each type
//! to those in it, and gives up at a depth of 128 unless the crate says otherwise. A `Box` between
//! does not help, it is one more step. Nor does any IDL with a few levels come near, but a chain of 32
//! structs that hold lists of each other does.

use streamgen_idl::model::{DefId, DefinitionKind, Field, Requiredness, Schema, TypeKind, TypeRef};
use streamgen_idl::{Code, Diagnostic};

use super::boxes::Boxes;
use super::graph::Components;

/// rustc's own limit.
const DEFAULT_LIMIT: usize = 128;

/// What the runtime and a handler put around a message: a future, a `Result`, a stream.
const AROUND: usize = 32;

/// Steps from a type to those in it, as rustc 1.95 takes them: measured on chains of each.
const STRUCT: usize = 1;
const OPTION: usize = 1;
const BOX: usize = 2;
const LIST: usize = 3;
/// Of the hashed ones at most 5, of the sorted ones and those on a `Vec` fewer.
const SET_OR_MAP: usize = 5;

/// The limit that a crate with these types must set; `None` when rustc's own will do. Reported too:
/// the tool writes the line into a new project only.
pub(super) fn recursion_limit(
    schema: &Schema,
    boxes: &Boxes,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let graph = Graph::build(schema, boxes);
    let depths = graph.depths().into_iter().enumerate();
    let (deepest, depth) = depths.max_by_key(|(_, depth)| *depth)?;
    let needed = depth + AROUND;
    if needed <= DEFAULT_LIMIT {
        return None;
    }
    let limit = needed.next_power_of_two();
    let def = &schema.definitions[deepest];
    let message = format!(
        "rustc needs {needed} steps to the end of all that `{}` holds",
        def.name
    );
    let found = Diagnostic::new(Code::DeepTypes, message).label(def.name_span, "");
    let found = found.note(format!("it takes {DEFAULT_LIMIT} by default"));
    diagnostics.push(found.help(format!(
        "write `#![recursion_limit = \"{limit}\"]` at the top of src/main.rs or src/lib.rs, as in a new project"
    )));
    Some(limit)
}

/// Which struct holds which, and by how many steps.
struct Graph {
    edges: Vec<Vec<Edge>>,
}

#[derive(Clone, Copy)]
struct Edge {
    to: usize,
    steps: usize,
}

impl Graph {
    fn build(schema: &Schema, boxes: &Boxes) -> Self {
        let edges = schema.definitions.iter().map(|def| {
            let mut edges = Vec::new();
            if let DefinitionKind::Struct(item) = &def.kind {
                for field in &item.fields {
                    let steps = around(schema, boxes, def.id, field);
                    held(schema, &field.ty, steps, &mut edges);
                }
            }
            edges
        });
        Self {
            edges: edges.collect(),
        }
    }

    /// For each definition the steps to the end of all it holds. In a circle the search may go by way
    /// of every member before it is back.
    fn depths(&self) -> Vec<usize> {
        let targets = |edges: &Vec<Edge>| edges.iter().map(|edge| edge.to).collect();
        let components = Components::of(&self.edges.iter().map(targets).collect::<Vec<_>>());
        let mut depths = vec![0; self.edges.len()];
        for nodes in &components.members {
            let (mut own, mut below) = (0, 0);
            for &node in nodes {
                let mut inside = 0;
                for edge in &self.edges[node] {
                    match components.of[edge.to] == components.of[node] {
                        true => inside = inside.max(edge.steps),
                        false => below = below.max(edge.steps + depths[edge.to]),
                    }
                }
                own += STRUCT + inside;
            }
            nodes.iter().for_each(|&node| depths[node] = own + below);
        }
        depths
    }
}

/// The steps that the holding of a field adds to those of its type.
fn around(schema: &Schema, boxes: &Boxes, def: DefId, field: &Field) -> usize {
    let holding = boxes.holding(def, field);
    let is_protobuf = schema.file(schema.def(def).file).kind.is_protobuf();
    let is_optional = field.requiredness == Requiredness::Optional || holding.is_optional();
    let option = if is_optional || is_protobuf {
        OPTION
    } else {
        0
    };
    let boxed = if holding.is_boxed() { BOX } else { 0 };
    option + boxed
}

/// Adds the structs in a type. Types nest no deeper than the front end lets them.
fn held(schema: &Schema, ty: &TypeRef, steps: usize, edges: &mut Vec<Edge>) {
    match schema.resolve(ty) {
        TypeKind::List(item) => held(schema, item, steps + LIST, edges),
        TypeKind::Set(item) => held(schema, item, steps + SET_OR_MAP, edges),
        TypeKind::Map(key, value) => {
            held(schema, key, steps + SET_OR_MAP, edges);
            held(schema, value, steps + SET_OR_MAP, edges);
        }
        TypeKind::Named(id) => edges.push(Edge {
            to: id.index(),
            steps,
        }),
        _ => {}
    }
}
