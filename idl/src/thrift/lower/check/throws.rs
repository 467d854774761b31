//! `throws`: exceptions only, each type once.

use std::collections::HashMap;

use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, Field, Method, StructKind, TypeKind};
use crate::report::Report;

pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    for (_, service) in definitions.services() {
        for method in &service.methods {
            check_method(definitions, method, report);
        }
    }
}

fn check_method(definitions: &Definitions, method: &Method, report: &mut Report) {
    let mut seen: HashMap<DefId, &Field> = HashMap::new();
    for field in &method.throws {
        // Missing definitions were reported.
        let Some(kind) = definitions.resolve(&field.ty) else {
            continue;
        };
        let exception = match kind {
            TypeKind::Named(id) => definitions
                .struct_like(*id)
                .filter(|found| found.kind == StructKind::Exception)
                .map(|_| *id),
            _ => None,
        };
        let Some(id) = exception else {
            let message = format!(
                "`{}` cannot be thrown: its type is not an exception",
                field.name
            );
            report.add(Diagnostic::new(Code::ThrowsNotException, message).label(field.ty.span, ""));
            continue;
        };
        if let Some(first) = seen.get(&id) {
            let message = format!("`{}` has the type of `{}`", field.name, first.name);
            let found = Diagnostic::new(Code::ThrowsTwice, message).label(field.ty.span, "");
            report.add(found.label(first.ty.span, "the first one is sent"));
        } else {
            seen.insert(id, field);
        }
    }
}
