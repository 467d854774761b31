//! Which fields of a struct a message has given.

/// A set of field indices. Structs of up to 64 fields take no memory of the heap.
#[derive(Default)]
pub(crate) struct Seen {
    first: u64,
    more: Vec<u64>,
}

impl Seen {
    /// Puts an index in; `false` if it was there.
    pub(crate) fn insert(&mut self, index: usize) -> bool {
        let (word, bit) = (index / 64, 1 << (index % 64));
        let word = match word {
            0 => &mut self.first,
            _ => {
                if self.more.len() < word {
                    self.more.resize(word, 0);
                }
                &mut self.more[word - 1]
            }
        };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    pub(crate) fn has(&self, index: usize) -> bool {
        let word = match index / 64 {
            0 => self.first,
            word => self.more.get(word - 1).copied().unwrap_or_default(),
        };
        word & (1 << (index % 64)) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn indices_of_any_size() {
        let mut seen = Seen::default();
        for index in [0, 63, 64, 1000] {
            assert!(!seen.has(index));
            assert!(seen.insert(index));
            assert!(!seen.insert(index));
            assert!(seen.has(index));
        }
        assert!(!seen.has(65));
    }
}
