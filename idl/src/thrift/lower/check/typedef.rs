//! Typedefs: no circles, and no towers.

use super::super::definitions::Definitions;
use super::super::symbols::Symbols;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::{DefId, Definition, DefinitionKind, TypeKind, TypeRef, Typedef};
use crate::report::Report;
use crate::thrift::circle::{self, Step};
use crate::thrift::scan::MAX_NESTING;

/// Most types that one typedef may stand for when all typedefs in it are written out. A few lines
/// can double the number again and again; nothing real comes near.
const MAX_TYPE_SIZE: usize = 10_000;

/// Takes out typedefs that lead back to themselves, through a container or not: a Rust alias cannot
/// (thrift-idl.md 7), and those that grow beyond the bounds.
pub(super) fn check(definitions: &mut Definitions, symbols: &Symbols<'_>, report: &mut Report) {
    let edges: Vec<Vec<usize>> = edges(definitions, symbols.len());
    let mut extents = vec![Extent::default(); symbols.len()];
    let mut bad: Vec<DefId> = Vec::new();
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            report.add(circle(definitions, &path));
            bad.extend(
                component
                    .iter()
                    .filter_map(|&index| typedef_at(definitions, index))
                    .map(|(def, _)| def.id),
            );
            continue;
        }
        for index in component {
            let Some((def, typedef)) = typedef_at(definitions, index) else {
                continue;
            };
            extents[index] = extent(&typedef.target, &extents);
            if extents[index].is_too_large() {
                report.add(too_large(def));
                bad.push(def.id);
                extents[index] = Extent::default();
            }
        }
    }
    for id in bad {
        definitions.remove(id);
    }
}

/// How large a type is with all typedefs in it written out.
#[derive(Clone, Copy, Default)]
struct Extent {
    depth: usize,
    size: usize,
}

impl Extent {
    fn is_too_large(self) -> bool {
        self.depth > MAX_NESTING || self.size > MAX_TYPE_SIZE
    }

    /// The extent of a container of the two.
    fn around(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth) + 1,
            size: self.size.saturating_add(other.size).saturating_add(1),
        }
    }
}

fn extent(ty: &TypeRef, extents: &[Extent]) -> Extent {
    match &ty.kind {
        TypeKind::List(element) | TypeKind::Set(element) => {
            extent(element, extents).around(Extent::default())
        }
        TypeKind::Map(key, value) => extent(key, extents).around(extent(value, extents)),
        TypeKind::Named(id) => {
            let named = extents.get(id.index()).copied();
            Extent::default().around(named.unwrap_or_default())
        }
        _ => Extent { depth: 0, size: 1 },
    }
}

/// From each typedef to the typedefs in its target.
fn edges(definitions: &Definitions, count: usize) -> Vec<Vec<usize>> {
    let mut edges = vec![Vec::new(); count];
    for def in definitions.iter() {
        if let DefinitionKind::Typedef(typedef) = &def.kind {
            named(&typedef.target, &mut |id| {
                if typedef_at(definitions, id.index()).is_some() {
                    edges[def.id.index()].push(id.index());
                }
            });
        }
    }
    edges
}

fn typedef_at(definitions: &Definitions, index: usize) -> Option<(&Definition, &Typedef)> {
    let def = definitions.get(DefId(index as u32))?;
    match &def.kind {
        DefinitionKind::Typedef(typedef) => Some((def, typedef)),
        _ => None,
    }
}

/// Calls `visit` for every name in a type.
fn named(ty: &TypeRef, visit: &mut impl FnMut(DefId)) {
    match &ty.kind {
        TypeKind::List(element) | TypeKind::Set(element) => named(element, visit),
        TypeKind::Map(key, value) => {
            named(key, visit);
            named(value, visit);
        }
        TypeKind::Named(id) => visit(*id),
        _ => {}
    }
}

fn circle(definitions: &Definitions, path: &[usize]) -> Diagnostic {
    let typedefs = path
        .iter()
        .filter_map(|&index| typedef_at(definitions, index));
    let steps: Vec<Step> = typedefs
        .map(|(def, typedef)| Step {
            name: def.name.clone(),
            span: typedef.target.span,
        })
        .collect();
    let message = "the typedef leads back to itself";
    circle::describe(Code::TypedefCycle, message, "leads to", &steps)
        .help("a type can contain itself only through a struct")
}

fn too_large(def: &Definition) -> Diagnostic {
    let message = format!("`{}` stands for too large a type", def.name);
    Diagnostic::new(Code::TypeTooLarge, message).label(def.name_span, "").note(format!(
        "with all typedefs written out, a type may nest {MAX_NESTING} deep and hold {MAX_TYPE_SIZE} types"
    ))
}
