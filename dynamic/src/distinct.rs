//! Whether the keys of a map differ.

use std::ops::Range;

/// Where in a buffer each key of a map stands.
#[derive(Default)]
pub(crate) struct Keys(Vec<Range<usize>>);

impl Keys {
    pub(crate) fn push(&mut self, key: Range<usize>) {
        self.0.push(key);
    }

    /// The index of each key that is there again behind, ascending.
    pub(crate) fn earlier(&self, buffer: &[u8]) -> Vec<usize> {
        let text = |at: usize| &buffer[self.0[at].clone()];
        if self
            .0
            .is_sorted_by(|a, b| buffer[a.clone()] < buffer[b.clone()])
        {
            return Vec::new();
        }
        let mut order: Vec<_> = (0..self.0.len()).collect();
        order.sort_by_key(|&at| text(at));
        let twice = order.windows(2).filter(|two| text(two[0]) == text(two[1]));
        let mut earlier: Vec<_> = twice.map(|two| two[0]).collect();
        earlier.sort_unstable();
        earlier
    }

    /// Where the keys are, in the order in which they were added.
    pub(crate) fn all(&self) -> &[Range<usize>] {
        &self.0
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

    #[test]
    fn of_equal_keys_all_but_the_last_are_earlier() {
        let mut keys = Keys::default();
        (0..6).for_each(|at| keys.push(at..at + 1));
        assert_eq!(keys.earlier(b"bacaba"), [0, 1, 3]);
        assert!(keys.earlier(b"fedcba").is_empty());
        assert_eq!(keys.earlier(b"aaaaaa"), [0, 1, 2, 3, 4]);
    }
}
