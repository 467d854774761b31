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
use crate::model::{DefId, Definition, Field, StructFieldValue, StructKind, Value, ValueKind};
use crate::report::Report;
use crate::thrift::circle::{self, Step};

/// One field that has a default.
type Node<'a> = (&'a Definition, &'a Field);

/// Most fields that the values in all defaults may leave to their defaults, counted at each value.
const MAX_DEFAULTS_TAKEN: usize = 1_000_000;

pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    let mut search = Search {
        nodes: Vec::new(),
        of_struct: HashMap::new(),
        taken: 0,
    };
    // A union takes the default of no member that is not named.
    for (def, found) in definitions
        .structs()
        .filter(|(_, found)| found.kind != StructKind::Union)
    {
        for field in found.fields.iter().filter(|field| field.default.is_some()) {
            search
                .of_struct
                .entry(def.id)
                .or_default()
                .push(search.nodes.len());
            search.nodes.push((def, field));
        }
    }
    let mut edges = Vec::new();
    for index in 0..search.nodes.len() {
        let (_, field) = search.nodes[index];
        let mut targets = Vec::new();
        if let Some(default) = &field.default {
            search.defaults_taken(default, &mut targets);
        }
        if search.taken > MAX_DEFAULTS_TAKEN {
            let message = "the values in defaults leave too many fields to their defaults";
            report.add(Diagnostic::new(Code::ValueTooLarge, message).label(field.span, ""));
            return;
        }
        edges.push(targets);
    }
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            report.add(circle(&search.nodes, &path));
        }
    }
}

struct Search<'a> {
    nodes: Vec<Node<'a>>,
    of_struct: HashMap<DefId, Vec<usize>>,
    taken: usize,
}

impl Search<'_> {
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

fn circle(nodes: &[Node<'_>], path: &[usize]) -> Diagnostic {
    let step = |&node: &usize| {
        let (def, field) = nodes[node];
        let span = field
            .default
            .as_ref()
            .map_or(field.span, |default| default.span);
        Step {
            name: format!("{}.{}", def.name, field.name),
            span,
        }
    };
    let steps: Vec<Step> = path.iter().map(step).collect();
    let message = "the default leads back to itself";
    circle::describe(
        Code::RecursiveDefault,
        message,
        "takes the default of",
        &steps,
    )
    .help("remove one of the defaults")
}
