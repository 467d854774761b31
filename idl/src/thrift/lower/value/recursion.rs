//! Defaults that lead back to themselves: `struct S { 1: optional S s = {} }`.
//!
//! The default of a struct holds the defaults of its fields; a struct value in such a default takes
//! the default of every field that it does not give. If that leads back to where it started, the
//! struct has no default (thrift-idl.md 9.4).

use std::collections::{HashMap, HashSet};

use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::{
    DefId, Definition, Field, Requiredness, StructFieldValue, StructKind, TypeKind, Value,
    ValueKind,
};
use crate::report::Report;
use crate::thrift::circle::{self, Step};

/// One field that a new value of its struct does not leave empty: it has a default, or it holds a
/// struct, which has one.
type Node<'a> = (&'a Definition, &'a Field);

/// Most fields that the values in all defaults may leave to their defaults, counted at each value.
const MAX_DEFAULTS_TAKEN: usize = 1_000_000;

pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    let mut search = Search::new(definitions);
    let mut edges = Vec::new();
    for index in 0..search.nodes.len() {
        let (_, field) = search.nodes[index];
        let mut targets = Vec::new();
        match &field.default {
            Some(default) => search.defaults_taken(default, &mut targets),
            None => targets.extend(held(definitions, field).map(|id| search.whole(id))),
        }
        if search.taken > MAX_DEFAULTS_TAKEN {
            let message = "the values in defaults leave too many fields to their defaults";
            report.add(Diagnostic::new(Code::ValueTooLarge, message).label(field.span, ""));
            return;
        }
        edges.push(targets);
    }
    // Behind the fields, one for each struct: its default is that of all its fields.
    let whole = (0..definitions.len()).map(|index| search.of_struct.get(&DefId(index as u32)));
    edges.extend(whole.map(|fields| fields.cloned().unwrap_or_default()));
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            circle(&search.nodes, &path)
                .into_iter()
                .for_each(|found| report.add(found));
        }
    }
}

/// The struct that a field without a default of its own holds, and so starts with.
fn held(definitions: &Definitions, field: &Field) -> Option<DefId> {
    let target = required_struct(definitions, field)?;
    let kind = definitions.struct_like(target)?.kind;
    // A union starts with no member.
    (kind != StructKind::Union && field.default.is_none()).then_some(target)
}

/// The struct-like that is always there.
fn required_struct(definitions: &Definitions, field: &Field) -> Option<DefId> {
    match definitions.resolve(&field.ty)? {
        TypeKind::Named(id) if field.requiredness != Requiredness::Optional => {
            definitions.struct_like(*id).map(|_| *id)
        }
        _ => None,
    }
}

/// By definition, the circle of structs that it is on, each of which has a field for the next. In
/// such a circle the fields of default requiredness start empty, or no value would be finite.
fn circles(definitions: &Definitions) -> Vec<usize> {
    let mut edges = vec![Vec::new(); definitions.len()];
    for (def, item) in definitions.structs() {
        if item.kind != StructKind::Union {
            let targets = item.fields.iter();
            let targets = targets.filter_map(|field| required_struct(definitions, field));
            edges[def.id.index()].extend(targets.map(DefId::index));
        }
    }
    let mut circle = vec![0; definitions.len()];
    for (number, component) in graph::components(&edges).iter().enumerate() {
        component.iter().for_each(|&index| circle[index] = number);
    }
    circle
}

struct Search<'a> {
    nodes: Vec<Node<'a>>,
    of_struct: HashMap<DefId, Vec<usize>>,
    taken: usize,
}

impl<'a> Search<'a> {
    fn new(definitions: &'a Definitions) -> Self {
        let circles = circles(definitions);
        let mut search = Self {
            nodes: Vec::new(),
            of_struct: HashMap::new(),
            taken: 0,
        };
        // A union takes the default of no member that is not named.
        let structs = definitions.structs();
        for (def, item) in structs.filter(|(_, item)| item.kind != StructKind::Union) {
            for field in &item.fields {
                let starts_empty = |target: &DefId| {
                    field.requiredness == Requiredness::Default
                        && circles[target.index()] == circles[def.id.index()]
                };
                let held = held(definitions, field).filter(|target| !starts_empty(target));
                if field.default.is_some() || held.is_some() {
                    let of_struct = search.of_struct.entry(def.id).or_default();
                    of_struct.push(search.nodes.len());
                    search.nodes.push((def, field));
                }
            }
        }
        search
    }

    /// The node of a struct's whole default.
    fn whole(&self, id: DefId) -> usize {
        self.nodes.len() + id.index()
    }

    /// The fields whose defaults a value takes. Recursion is bounded by the depth of values.
    fn defaults_taken(&mut self, value: &Value, targets: &mut Vec<usize>) {
        match &value.kind {
            ValueKind::List(values) | ValueKind::Set(values) => {
                values
                    .iter()
                    .for_each(|value| self.defaults_taken(value, targets));
            }
            ValueKind::Map(entries) => {
                for (key, value) in entries {
                    self.defaults_taken(key, targets);
                    self.defaults_taken(value, targets);
                }
            }
            ValueKind::Struct { def, fields } => {
                fields
                    .iter()
                    .for_each(|field| self.defaults_taken(&field.value, targets));
                self.defaults_left(*def, fields, targets);
            }
            _ => {}
        }
    }

    /// The fields that a struct value does not give.
    fn defaults_left(&mut self, def: DefId, given: &[StructFieldValue], targets: &mut Vec<usize>) {
        let all = self.of_struct.get(&def).map_or(&[][..], Vec::as_slice);
        self.taken += all.len();
        if self.taken <= MAX_DEFAULTS_TAKEN {
            let given: HashSet<i32> = given.iter().map(|field| field.id).collect();
            targets.extend(
                all.iter()
                    .filter(|&&node| !given.contains(&self.nodes[node].1.id)),
            );
        }
    }
}

/// `None` for structs that require themselves: that is reported as such.
fn circle(nodes: &[Node<'_>], path: &[usize]) -> Option<Diagnostic> {
    let fields: Vec<&Node<'_>> = path.iter().filter_map(|&node| nodes.get(node)).collect();
    if fields.iter().all(|(_, field)| field.default.is_none()) {
        return None;
    }
    let step = |&&(def, field): &&Node<'_>| {
        let default = field.default.as_ref();
        Step {
            name: format!("{}.{}", def.name, field.name),
            span: default.map_or(field.span, |default| default.span),
        }
    };
    let steps: Vec<Step> = fields.iter().map(step).collect();
    let message = "the default leads back to itself";
    let wording = "takes the default of";
    let found = circle::describe(Code::RecursiveDefault, message, wording, &steps);
    Some(found.help("remove one of the defaults"))
}
