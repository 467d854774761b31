//! The diagnostics of one run while they are being collected.

use crate::diagnostic::{Diagnostic, Severity};
use crate::wording;

/// Most diagnostics of each severity that one run reports. Nobody reads more, and a hostile file
/// could hold millions.
pub const MAX_DIAGNOSTICS: usize = 1000;

/// Most searches for a similar name in one run: each looks at every name in scope.
const MAX_SUGGESTIONS: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Report {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    searches: usize,
}

impl Report {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether another search is allowed.
    pub(crate) fn may_search(&self) -> bool {
        self.searches < MAX_SUGGESTIONS
    }

    /// The reference with the candidate that its last part may have meant, for
    /// [`Diagnostic::did_you_mean`].
    pub(crate) fn meant<'a>(
        &mut self,
        reference: &str,
        candidates: impl FnOnce() -> Vec<&'a str>,
    ) -> Option<String> {
        if !self.may_search() {
            return None;
        }
        self.searches += 1;
        let start = reference.rfind('.').map_or(0, |dot| dot + 1);
        let (prefix, name) = reference.split_at(start);
        let found = wording::nearest(name, candidates())?;
        Some(format!("{prefix}{found}"))
    }

    /// All diagnostics, sorted by file and position, and the number of those that were dropped.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, usize) {
        self.diagnostics.sort_by_key(Diagnostic::primary_span);
        let dropped = self.errors + self.warnings - self.diagnostics.len();
        (self.diagnostics, dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::source::{SourceMap, Span};

    #[test]
    fn diagnostics_are_sorted_by_position_and_bounded() {
        let file = SourceMap::new().add("a.thrift".into(), String::new());
        let mut report = Report::default();
        for start in (0..MAX_DIAGNOSTICS as u32 + 5).rev() {
            let span = Span::new(file, start, start);
            report.add(Diagnostic::new(Code::LeadingZero, "zero").label(span, ""));
        }
        assert!(!report.has_errors());
        report.add(Diagnostic::new(Code::SyntaxError, "error").label(Span::new(file, 0, 0), ""));
        assert!(report.has_errors());
        let (diagnostics, dropped) = report.finish();
        assert_eq!((diagnostics.len(), dropped), (MAX_DIAGNOSTICS + 1, 5));
        assert!(
            diagnostics
                .windows(2)
                .all(|pair| pair[0].primary_span() <= pair[1].primary_span())
        );
    }
}
