//! The rules of `streaming.mode` (kitex-tool.md 11) that look at the method as a whole.

use super::super::annotation::STREAMING_MODE;
use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Method, StreamingMode, TypeKind, TypeRef};
use crate::report::Report;
use crate::source::Span;

pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    for (_, service) in definitions.services() {
        for method in service
            .methods
            .iter()
            .filter(|m| m.mode != StreamingMode::PingPong)
        {
            check_direction(method, report);
            check_argument(definitions, method, report);
            if let Some(result) = &method.result {
                check_message(definitions, method, result, report);
            }
            if let Some(first) = method.throws.first() {
                let message = format!(
                    "the exceptions of `{}` are not carried on a stream",
                    method.name
                );
                let found = Diagnostic::new(Code::StreamingThrows, message).label(first.span, "");
                report.add(found.help("return a business error from the handler instead"));
            }
        }
    }
}

/// Where the mode is given.
fn mode_span(method: &Method) -> Span {
    method
        .annotations
        .get(STREAMING_MODE)
        .map_or(method.name_span, |annotation| annotation.span)
}

fn check_direction(method: &Method, report: &mut Report) {
    let name = &method.name;
    let (code, message) = match (method.oneway, method.mode.is_streaming()) {
        (true, true) => (
            Code::StreamingOneway,
            format!("the oneway method `{name}` cannot stream"),
        ),
        (true, false) => (
            Code::OnewayUnary,
            format!("the oneway method `{name}` stays oneway"),
        ),
        (false, true) if method.result.is_none() => (
            Code::StreamingVoid,
            format!("the streaming method `{name}` must return a message"),
        ),
        _ => return,
    };
    let label = match code {
        Code::OnewayUnary => "no effect",
        _ => "streams because of this",
    };
    let found = Diagnostic::new(code, message).label(method.name_span, "");
    report.add(found.label(mode_span(method), label));
}

fn check_argument(definitions: &Definitions, method: &Method, report: &mut Report) {
    let [argument] = method.args.as_slice() else {
        let (name, count) = (&method.name, method.args.len());
        let message = format!("the streaming method `{name}` has {count} arguments instead of 1");
        let span = method
            .args
            .get(1)
            .map_or(method.name_span, |second| second.span);
        let found = Diagnostic::new(Code::StreamingArguments, message).label(span, "");
        report.add(
            found
                .label(mode_span(method), "streams because of this")
                .help("put everything into one struct"),
        );
        return;
    };
    check_message(definitions, method, &argument.ty, report);
}

/// The codec of a stream carries structs only.
fn check_message(definitions: &Definitions, method: &Method, ty: &TypeRef, report: &mut Report) {
    let is_struct = match definitions.resolve(ty) {
        // Missing definitions were reported.
        None => return,
        Some(TypeKind::Named(id)) => definitions.struct_like(*id).is_some(),
        Some(_) => false,
    };
    if !is_struct {
        let message = format!(
            "a message of `{}` must be a struct, union or exception",
            method.name
        );
        let found = Diagnostic::new(Code::StreamingMessageType, message).label(ty.span, "");
        report.add(
            found
                .label(mode_span(method), "streams because of this")
                .help("put the value into a struct"),
        );
    }
}
