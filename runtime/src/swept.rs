//! Lists of things that end by themselves.

/// Entries of things that have ended which a list holds before it sweeps them out, besides as many as
/// there are things that live.
pub(crate) const SWEEP_AT: usize = 64;

/// A list whose things tell nobody that they end. Their entries stay until the list sweeps itself,
/// which it does as it grows.
#[derive(Debug)]
pub(crate) struct Swept<T> {
    list: Vec<T>,
    sweep_at: usize,
}

impl<T> Default for Swept<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            sweep_at: SWEEP_AT,
        }
    }
}

impl<T> Swept<T> {
    /// Adds an entry. `lives` tells entries of things that live from those of things that have ended.
    pub(crate) fn push(&mut self, one: T, lives: impl Fn(&T) -> bool) {
        self.list.push(one);
        if self.list.len() > self.sweep_at {
            self.sweep(lives);
            // So the list looks at each entry twice on average, however many things live.
            self.sweep_at = 2 * self.list.len() + SWEEP_AT;
        }
    }

    /// Drops the entries of things that have ended.
    pub(crate) fn sweep(&mut self, lives: impl Fn(&T) -> bool) {
        self.list.retain(lives);
    }

    /// All entries that the list still holds, the oldest first.
    pub(crate) fn into_entries(self) -> Vec<T> {
        self.list
    }

    /// All entries that the list still holds, the oldest first.
    pub(crate) fn entries(&self) -> &[T] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Weak};

    use super::*;

    #[test]
    fn entries_of_what_has_ended_do_not_pile_up() {
        let mut list = Swept::default();
        let lives = |one: &Weak<()>| one.strong_count() > 0;
        let kept = [(); 3].map(|()| Arc::new(()));
        for one in &kept {
            list.push(Arc::downgrade(one), lives);
        }
        for _ in 0..10 * SWEEP_AT {
            list.push(Arc::downgrade(&Arc::new(())), lives);
        }
        // The entry that is being added lives, too.
        assert!(list.entries().len() <= SWEEP_AT + 2 * (kept.len() + 1));
        list.sweep(lives);
        assert_eq!(list.entries().len(), kept.len());
    }
}
