//! Places in the file of rules.

use std::ops::Range;

use crate::cli::call::ending::Ending;

/// The file, to say where something is wrong in it.
pub(super) struct RulesFile {
    pub(super) name: String,
    pub(super) text: String,
}

impl RulesFile {
    /// What is wrong at a byte of the file.
    pub(super) fn fault(&self, at: usize, why: &str) -> Ending {
        let (line, column) = self.position(at);
        Ending::failure(format!("{}:{line}:{column}: {why}", self.name))
    }

    /// What is wrong in JSON that a string of the file holds, at a line and column of the JSON if they are
    /// known. In a string with single quotes, every letter stands as it is.
    pub(super) fn fault_in_json(
        &self,
        span: &Range<usize>,
        json_at: Option<(usize, usize)>,
        why: &str,
    ) -> Ending {
        let string = self.text.get(span.clone()).unwrap_or_default();
        let begin = match string {
            string if string.starts_with("'''\n") => Some(4),
            string if string.starts_with("'''") => Some(3),
            string if string.starts_with('\'') => Some(1),
            _ => None,
        };
        let (Some(begin), Some((line, column))) = (begin, json_at) else {
            return self.fault(span.start, why);
        };
        let above = string[begin..].split_inclusive('\n').take(line - 1);
        let above: usize = above.map(str::len).sum();
        self.fault(span.start + begin + above + column.saturating_sub(1), why)
    }

    /// Line and column, from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.matches('\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}
