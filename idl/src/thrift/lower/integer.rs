//! Integer literals outside of field ids.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::report::Report;
use crate::source::Span;
use crate::thrift::literal::{Notation, notation, parse_integer};

/// The value of an integer literal, with a warning when Kitex reads another; `None`, reported, when
/// it does not fit an i64.
pub(super) fn integer(text: &str, span: Span, report: &mut Report) -> Option<i64> {
    let Some(value) = parse_integer(text) else {
        let message = format!("the integer `{text}` does not fit 64 bits");
        report.add(Diagnostic::new(Code::NumberTooLarge, message).label(span, ""));
        return None;
    };
    if notation(text) == Notation::LeadingZero {
        let message = format!("`{text}` is {value} here, but Kitex reads it as octal");
        let found = Diagnostic::new(Code::LeadingZero, message).label(span, "");
        report.add(found.suggest(format!("write `{value}`"), span, value.to_string()));
    }
    Some(value)
}
