//! Whether the keys of a map differ.

use std::ops::Range;

/// Where in a buffer each key of a map stands.
#[derive(Default)]
pub(crate) struct Keys(Vec<Range<usize>>);

impl Keys {
    pub(crate) fn push(&mut self, key: Range<usize>) {
        self.0.push(key);
    }

    /// A key that is there twice, if one is. Keys that ascend, as most writers leave them, are looked
    /// at once; others are sorted.
    pub(crate) fn repeated(mut self, buffer: &[u8]) -> Option<Range<usize>> {
        let text = |key: &Range<usize>| &buffer[key.clone()];
        if self.0.is_sorted_by(|a, b| text(a) < text(b)) {
            return None;
        }
        self.0.sort_by(|a, b| text(a).cmp(text(b)));
        let twice = self.0.windows(2).find(|two| text(&two[0]) == text(&two[1]));
        twice.map(|two| two[1].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    fn repeated(keys: &str) -> Option<usize> {
        let mut found = Keys::default();
        (0..keys.len()).for_each(|at| found.push(at..at + 1));
        found.repeated(keys.as_bytes()).map(|key| key.start)
    }

    #[test]
    fn the_second_of_two_equal_keys_is_found() {
        assert_eq!(repeated(""), None);
        assert_eq!(repeated("abc"), None);
        assert_eq!(repeated("cab"), None);
        assert_eq!(repeated("aa"), Some(1));
        assert_eq!(repeated("abca"), Some(3));
    }
}
