//! `extends`: no circles, no towers, no method declared twice on the way (kitex-tool.md 12).

use std::collections::HashMap;

use super::super::definitions::Definitions;
use super::super::symbols::Symbols;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::DefId;
use crate::report::Report;
use crate::source::Span;
use crate::thrift::circle::{self, Step};
use crate::thrift::scan::MAX_NESTING;

pub(super) fn check(definitions: &mut Definitions, symbols: &Symbols<'_>, report: &mut Report) {
    let mut edges = vec![Vec::new(); symbols.len()];
    for (def, service) in definitions.services() {
        edges[def.id.index()].extend(service.extends.map(DefId::index));
    }
    let mut depth = vec![0; symbols.len()];
    let mut bad = Vec::new();
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            report.add(circle(definitions, &path));
            bad.extend(component);
            continue;
        }
        for index in component {
            depth[index] = edges[index]
                .first()
                .map_or(0, |&base: &usize| depth[base] + 1);
            if depth[index] > MAX_NESTING {
                report.add(too_deep(symbols, DefId(index as u32)));
                depth[index] = 0;
                bad.push(index);
            }
        }
    }
    for index in bad {
        definitions.remove(DefId(index as u32));
    }
    redeclared(definitions, report);
}

fn circle(definitions: &Definitions, path: &[usize]) -> Diagnostic {
    let services = path
        .iter()
        .filter_map(|&index| definitions.get(DefId(index as u32)));
    let steps: Vec<Step> = services
        .map(|def| Step {
            name: def.name.clone(),
            span: def.name_span,
        })
        .collect();
    circle::describe(
        Code::ExtendsCycle,
        "the service extends itself",
        "extends",
        &steps,
    )
}

fn too_deep(symbols: &Symbols<'_>, id: DefId) -> Diagnostic {
    let symbol = symbols.get(id);
    let message = format!(
        "`{}` has more than {MAX_NESTING} services above it",
        symbol.name
    );
    Diagnostic::new(Code::NestingTooDeep, message).label(symbol.name_span, "")
}

/// Reports methods that an inherited one stands for already. The depth of the chains is bounded, so
/// this takes time linear in the methods.
fn redeclared(definitions: &Definitions, report: &mut Report) {
    let mut declared: HashMap<(DefId, &str), Span> = HashMap::new();
    for (def, service) in definitions.services() {
        for method in &service.methods {
            declared.insert((def.id, &method.name), method.name_span);
        }
    }
    for (_, service) in definitions.services() {
        let above = |id: &DefId| definitions.service(*id).and_then(|base| base.extends);
        let bases: Vec<DefId> = std::iter::successors(service.extends, above).collect();
        for method in &service.methods {
            let first = bases.iter().find_map(|&base| {
                declared
                    .get(&(base, method.name.as_str()))
                    .map(|&span| (base, span))
            });
            let Some((base, span)) = first else { continue };
            let base = definitions.get(base).map_or("", |base| base.name.as_str());
            let message = format!("`{}` is inherited from `{base}` already", method.name);
            let found = Diagnostic::new(Code::MethodRedeclared, message);
            report.add(
                found
                    .label(method.name_span, "")
                    .label(span, "declared here"),
            );
        }
    }
}
