//! Defaults of fields and arguments.

use super::super::definitions::Definitions;
use super::Evaluator;
use crate::model::{DefId, DefinitionKind, Field, Value};
use crate::thrift::syntax;
use crate::thrift::tree::Tree;

/// A default and the field it belongs to.
pub(super) struct Default {
    def: DefId,
    /// The method that an argument belongs to.
    method: Option<usize>,
    field: usize,
    value: Value,
}

/// Evaluates the defaults of all definitions that are there.
pub(super) fn evaluate(evaluator: &mut Evaluator<'_>, tree: &Tree) -> Vec<Default> {
    let mut found = Vec::new();
    for file in &tree.files {
        evaluator.file = file.id;
        let ids = evaluator.symbols.of_file(file.id);
        for (id, written) in ids.into_iter().zip(&file.document.definitions) {
            evaluate_definition(evaluator, id, &written.kind, &mut found);
        }
    }
    found
}

fn evaluate_definition(
    evaluator: &mut Evaluator<'_>,
    def: DefId,
    written: &syntax::DefinitionKind,
    found: &mut Vec<Default>,
) {
    let definitions = evaluator.definitions;
    match (written, definitions.get(def).map(|def| &def.kind)) {
        (
            syntax::DefinitionKind::Struct {
                fields: written, ..
            },
            Some(DefinitionKind::Struct(lowered)),
        ) => {
            for (field, value) in evaluate_fields(evaluator, written, &lowered.fields) {
                found.push(Default {
                    def,
                    method: None,
                    field,
                    value,
                });
            }
        }
        (
            syntax::DefinitionKind::Service { functions, .. },
            Some(DefinitionKind::Service(service)),
        ) => {
            for (method, (function, lowered)) in functions.iter().zip(&service.methods).enumerate()
            {
                for (field, value) in evaluate_fields(evaluator, &function.args, &lowered.args) {
                    found.push(Default {
                        def,
                        method: Some(method),
                        field,
                        value,
                    });
                }
            }
        }
        _ => {}
    }
}

/// The defaults with the position of their field. Both lists hold the same fields: a definition
/// that lost one is not there.
fn evaluate_fields(
    evaluator: &mut Evaluator<'_>,
    written: &[syntax::Field],
    lowered: &[Field],
) -> Vec<(usize, Value)> {
    let mut found = Vec::new();
    for (index, (written, lowered)) in written.iter().zip(lowered).enumerate() {
        let Some(default) = &written.default else {
            continue;
        };
        found.extend(
            evaluator
                .value(default, &lowered.ty)
                .map(|value| (index, value)),
        );
    }
    found
}

/// Puts the defaults where they belong.
pub(super) fn store(definitions: &mut Definitions, defaults: Vec<Default>) {
    for default in defaults {
        let kind = definitions.get_mut(default.def).map(|def| &mut def.kind);
        let fields = match (kind, default.method) {
            (Some(DefinitionKind::Struct(found)), None) => &mut found.fields,
            (Some(DefinitionKind::Service(service)), Some(method)) => {
                &mut service.methods[method].args
            }
            _ => continue,
        };
        fields[default.field].default = Some(default.value);
    }
}
