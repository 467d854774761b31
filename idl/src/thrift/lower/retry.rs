//! `retry = "safe"`: the method may run twice, so that clients may make its calls again.

use super::definition::Lowering;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::StreamingMode;
use crate::thrift::syntax::Function;
use crate::wording;

/// The key of the annotation. Kitex has no such annotation, and does not look at it.
const RETRY: &str = "retry";
/// The only value that the annotation may have.
const SAFE: &str = "safe";

impl Lowering<'_, '_> {
    /// Whether the annotation says that the method may run twice.
    pub(super) fn retry_safe(&mut self, function: &Function, mode: StreamingMode) -> bool {
        let annotations = function.annotations.iter();
        let mut found = annotations.filter(|annotation| annotation.key.text == RETRY);
        let Some(first) = found.next() else {
            return false;
        };
        let (span, value) = match &first.value {
            Some(value) => (value.span, value.raw.as_str()),
            None => (first.span, ""),
        };
        if value != SAFE {
            let message = match &first.value {
                Some(_) => format!("`{RETRY}` is `{}`", wording::shown(value)),
                None => format!("`{RETRY}` has no value"),
            };
            let found = Diagnostic::new(Code::InvalidRetry, message).label(span, "");
            self.report.add(found.help(format!(
                "write `{RETRY} = \"{SAFE}\"` if the method may run twice, or remove it"
            )));
            return false;
        }
        if let Some(second) = found.next() {
            let message = format!("`{RETRY}` is given twice");
            let found = Diagnostic::new(Code::InvalidRetry, message).label(second.span, "");
            self.report.add(found.label(first.span, "first given here"));
        }
        let why = match (function.oneway.is_some(), mode.is_streaming()) {
            (true, _) => "nobody learns whether a oneway call has failed",
            (_, true) => "a stream is never made again",
            _ => return true,
        };
        let message = format!("`{RETRY}` has no effect on `{}`", function.name.text);
        let found = Diagnostic::new(Code::RetryWithoutEffect, message).label(first.span, "");
        self.report.add(found.note(why));
        false
    }
}
