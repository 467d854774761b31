//! Structs that require themselves (thrift-idl.md 9.4).

use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::{DefId, Field, Requiredness, StructKind, TypeKind};
use crate::report::Report;
use crate::thrift::circle::{self, Step};

/// A value of such a struct would have to hold a value of itself, and so on. Optional fields, fields
/// of default requiredness, unions and containers all allow an end.
pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    let count = definitions.len();
    let mut edges = vec![Vec::new(); count];
    for (def, found) in definitions
        .structs()
        .filter(|(_, found)| found.kind != StructKind::Union)
    {
        let targets = found
            .fields
            .iter()
            .filter_map(|field| required_struct(definitions, field));
        edges[def.id.index()].extend(targets.map(DefId::index));
    }
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            infinite(definitions, &path)
                .into_iter()
                .for_each(|found| report.add(found));
        }
    }
}

fn required_struct(definitions: &Definitions, field: &Field) -> Option<DefId> {
    match definitions.resolve(&field.ty)? {
        TypeKind::Named(id) if field.requiredness == Requiredness::Required => {
            definitions.struct_like(*id).map(|_| *id)
        }
        _ => None,
    }
}

fn infinite(definitions: &Definitions, path: &[usize]) -> Option<Diagnostic> {
    let mut steps = Vec::new();
    for (at, &index) in path.iter().enumerate() {
        let target = DefId(path[(at + 1) % path.len()] as u32);
        let def = definitions.get(DefId(index as u32))?;
        let mut fields = definitions.struct_like(def.id)?.fields.iter();
        let field = fields.find(|field| required_struct(definitions, field) == Some(target))?;
        steps.push(Step {
            name: def.name.clone(),
            span: field.span,
        });
    }
    let message = "no value can exist, the struct requires itself";
    let found = circle::describe(Code::InfiniteStruct, message, "requires", &steps);
    Some(found.help("make one of the fields optional"))
}
