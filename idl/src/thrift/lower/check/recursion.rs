//! Structs that require themselves (thrift-idl.md 9.4).

use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::{DefId, Field, Requiredness, StructKind, TypeKind};
use crate::report::Report;

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
            report.add(infinite(definitions, &path));
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

fn infinite(definitions: &Definitions, path: &[usize]) -> Diagnostic {
    let name = |index: usize| {
        definitions
            .get(DefId(index as u32))
            .map_or("", |def| &def.name)
    };
    let mut names: Vec<&str> = path.iter().map(|&index| name(index)).collect();
    names.extend(path.first().map(|&index| name(index)));
    let message = format!(
        "no value can exist, the struct requires itself: {}",
        names.join(" -> ")
    );
    let mut found = Diagnostic::new(Code::InfiniteStruct, message);
    for (at, &index) in path.iter().enumerate() {
        let target = DefId(path[(at + 1) % path.len()] as u32);
        let field = definitions
            .struct_like(DefId(index as u32))
            .and_then(|found| {
                found
                    .fields
                    .iter()
                    .find(|field| required_struct(definitions, field) == Some(target))
            });
        if let Some(field) = field {
            found = found.label(field.span, format!("requires `{}`", names[at + 1]));
        }
    }
    found.help("make one of the fields optional")
}
