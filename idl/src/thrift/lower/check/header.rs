//! Rules about headers.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::Namespace;
use crate::report::Report;
use crate::source::Span;
use crate::thrift::syntax::{self, Identifier};

pub(in crate::thrift::lower) fn late_header(span: Span, report: &mut Report) {
    let message = "headers belong above the first definition";
    let found = Diagnostic::new(Code::HeaderAfterDefinition, message).label(span, "");
    report.add(found.note("Kitex does not read a file with a header below a definition"));
}

/// Every segment becomes a module.
pub(in crate::thrift::lower) fn namespace_name(name: &Identifier, report: &mut Report) {
    if name
        .text
        .split('.')
        .any(|segment| segment.is_empty() || segment.starts_with(|c: char| c.is_ascii_digit()))
    {
        let message = format!(
            "`{}` is not a namespace: between the dots stand names",
            name.text
        );
        report.add(Diagnostic::new(Code::InvalidNamespace, message).label(name.span, ""));
    }
}

/// The first counts, as in Kitex.
pub(in crate::thrift::lower) fn repeated_namespace(
    first: &Namespace,
    again: &syntax::Namespace,
    report: &mut Report,
) {
    if first.name != again.name.text {
        let message = format!(
            "the namespace of `{}` is `{}` already",
            first.scope, first.name
        );
        let found = Diagnostic::new(Code::NamespaceRepeated, message).label(again.span, "ignored");
        report.add(found.label(first.span, "this one counts"));
    }
}
