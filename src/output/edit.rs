//! Insertions into a file that is the user's: not one other byte changes.

use std::collections::BTreeMap;

/// What is inserted where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    before: String,
    /// The texts to insert, by the byte of the old text that they stand in front of.
    insertions: BTreeMap<usize, String>,
}

impl Edit {
    /// An edit of a file with the text `before` that changes nothing yet.
    #[must_use]
    pub fn new(before: String) -> Self {
        Self {
            before,
            insertions: BTreeMap::new(),
        }
    }

    /// Adds an insertion in front of the byte `at` of the old text, behind what was inserted there
    /// before, of which it returns the length. A byte that is no boundary of a character, or not in the
    /// text, counts as its end.
    pub fn insert(&mut self, at: usize, text: &str) -> usize {
        let at = match self.before.is_char_boundary(at) {
            true => at,
            false => self.before.len(),
        };
        let insertion = self.insertions.entry(at).or_default();
        let before = insertion.len();
        insertion.push_str(text);
        before
    }

    /// Whether something is inserted.
    #[must_use]
    pub fn changes(&self) -> bool {
        !self.insertions.is_empty()
    }

    /// The old text.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.before
    }

    /// The new text.
    #[must_use]
    pub fn after(&self) -> String {
        let mut text = String::with_capacity(self.before.len());
        let mut done = 0;
        for (at, insertion) in &self.insertions {
            text.push_str(&self.before[done..*at]);
            text.push_str(insertion);
            done = *at;
        }
        text + &self.before[done..]
    }

    /// The line, from 1, that the byte `at` of the old text has in the new one.
    #[must_use]
    pub fn line_after(&self, at: usize) -> usize {
        let inserted = self.insertions.get(&at).map_or(0, String::len);
        self.line_within(at, inserted)
    }

    /// The line, from 1, of the byte `within` of what is inserted in front of the byte `at`.
    #[must_use]
    pub fn line_within(&self, at: usize, within: usize) -> usize {
        let newlines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let earlier = self.insertions.range(..at).map(|(_, text)| newlines(text));
        let own = self.insertions.get(&at).and_then(|text| text.get(..within));
        let old = self.before.get(..at).unwrap_or(&self.before);
        newlines(old) + earlier.sum::<usize>() + own.map_or(0, newlines) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_stands_between_the_old_bytes() {
        let mut edit = Edit::new("a\r\n\u{e9}\tb".to_owned());
        assert!(!edit.changes());
        assert_eq!(edit.insert(3, "one\n"), 0);
        assert_eq!(edit.insert(3, "two\n"), 4);
        edit.insert(0, "zero ");
        // Within a character, and beyond the end.
        edit.insert(4, "!");
        edit.insert(99, "!");
        assert_eq!(edit.after(), "zero a\r\none\ntwo\n\u{e9}\tb!!");
        assert_eq!([edit.line_after(0), edit.line_after(3)], [1, 4]);
        assert_eq!([edit.line_within(3, 0), edit.line_within(3, 4)], [2, 3]);
    }
}
