//! Constants, in the order of their dependencies.

use std::collections::HashMap;

use super::super::definition::Lowering;
use super::Evaluator;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::model::{
    Annotations, Const, DefId, Definition, DefinitionKind, Docs, TypeRef, Value, ValueKind,
};
use crate::source::FileId;
use crate::thrift::circle::{self, Step};
use crate::thrift::scan::MAX_NESTING;
use crate::thrift::syntax::{self, Document};

/// A constant that has everything but its value.
pub(in crate::thrift::lower) struct PendingConstant<'a> {
    id: DefId,
    file: FileId,
    written: &'a syntax::Definition,
    value: &'a syntax::Value,
    ty: TypeRef,
    docs: Docs,
    annotations: Annotations,
}

impl Lowering<'_, '_> {
    /// The constants of a file.
    pub(in crate::thrift::lower) fn constants<'d>(
        &mut self,
        document: &'d Document,
    ) -> Vec<PendingConstant<'d>> {
        let ids = self.symbols.of_file(self.file);
        let mut pending = Vec::new();
        for (id, written) in ids.into_iter().zip(&document.definitions) {
            let syntax::DefinitionKind::Const { ty, value } = &written.kind else {
                continue;
            };
            let annotations = self.annotations(&written.annotations);
            let ty = self.type_ref(ty);
            let docs = self.comments.of_item(written.span);
            let file = self.file;
            pending.push(PendingConstant {
                id,
                file,
                written,
                value,
                ty,
                docs,
                annotations,
            });
        }
        pending
    }
}

/// Evaluates constants that lead to good values; the others are reported.
pub(super) fn evaluate(
    evaluator: &mut Evaluator<'_>,
    pending: Vec<PendingConstant<'_>>,
) -> Vec<Definition> {
    let edges = edges(evaluator, &pending);
    let mut pending: Vec<Option<PendingConstant<'_>>> = pending.into_iter().map(Some).collect();
    let mut definitions = Vec::new();
    for component in graph::components(&edges) {
        if let Some(path) = graph::cycle(&edges, &component) {
            evaluator.report.add(circle(&pending, &path));
            continue;
        }
        for index in component {
            let Some(constant) = pending[index].take() else {
                continue;
            };
            definitions.extend(evaluate_one(evaluator, constant));
        }
    }
    definitions
}

fn evaluate_one(
    evaluator: &mut Evaluator<'_>,
    constant: PendingConstant<'_>,
) -> Option<Definition> {
    evaluator.file = constant.file;
    let value = evaluator.value(constant.value, &constant.ty)?;
    let name = &constant.written.name;
    if depth(&value) > MAX_NESTING {
        let message = format!(
            "the value of `{}` is nested more than {MAX_NESTING} deep",
            name.text
        );
        evaluator
            .report
            .add(Diagnostic::new(Code::NestingTooDeep, message).label(name.span, ""));
        return None;
    }
    evaluator.constants.insert(constant.id, value.clone());
    Some(Definition {
        id: constant.id,
        file: constant.file,
        parent: None,
        name: name.text.clone(),
        docs: constant.docs,
        annotations: constant.annotations,
        span: constant.written.span,
        name_span: name.span,
        kind: DefinitionKind::Const(Const {
            ty: constant.ty,
            value,
        }),
    })
}

/// From each constant to the constants that its value names.
fn edges(evaluator: &Evaluator<'_>, pending: &[PendingConstant<'_>]) -> Vec<Vec<usize>> {
    let positions: HashMap<DefId, usize> = pending
        .iter()
        .enumerate()
        .map(|(index, constant)| (constant.id, index))
        .collect();
    let targets = |constant: &PendingConstant<'_>| {
        let mut targets = Vec::new();
        names(constant.value, &mut |name| {
            let found = evaluator.symbols.constants(constant.file, name);
            targets.extend(found.iter().filter_map(|id| positions.get(id)).copied());
        });
        targets
    };
    pending.iter().map(targets).collect()
}

/// Calls `visit` for every name in a value. Recursion is bounded by the scan.
fn names(value: &syntax::Value, visit: &mut impl FnMut(&str)) {
    match &value.kind {
        syntax::ValueKind::Name(name) => visit(name),
        syntax::ValueKind::List(values) => values.iter().for_each(|value| names(value, visit)),
        syntax::ValueKind::Map(entries) => {
            for (key, value) in entries {
                names(key, visit);
                names(value, visit);
            }
        }
        _ => {}
    }
}

fn circle(pending: &[Option<PendingConstant<'_>>], path: &[usize]) -> Diagnostic {
    let constants = path.iter().filter_map(|&index| pending[index].as_ref());
    let steps: Vec<Step> = constants
        .map(|c| Step {
            name: c.written.name.text.clone(),
            span: c.value.span,
        })
        .collect();
    let message = "the value of the constant leads back to it";
    circle::describe(Code::ConstantCycle, message, "uses", &steps)
}

/// How deep a value nests. The values it is made of are bounded already.
fn depth(value: &Value) -> usize {
    let deepest = match &value.kind {
        ValueKind::List(values) | ValueKind::Set(values) => values.iter().map(depth).max(),
        ValueKind::Map(entries) => entries.iter().map(|(k, v)| depth(k).max(depth(v))).max(),
        ValueKind::Struct { fields, .. } => fields.iter().map(|field| depth(&field.value)).max(),
        _ => return 0,
    };
    deepest.unwrap_or(0) + 1
}
