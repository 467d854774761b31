//! Key-value pairs as they stand on the wire.

use std::collections::HashMap;
use std::hash::Hash;

use faststr::FastStr;

/// Header strings by integer key, each key at most once.
pub type IntPairs = Vec<(u16, FastStr)>;

/// Up to this many pairs, duplicates are found by scanning; above it by hashing, so that a hostile
/// header of tens of thousands of pairs costs linear time.
const SCAN_LIMIT: usize = 16;

/// Keeps one pair per key. The last value wins (spec 1.3), in the first one's place.
pub(super) fn last_wins<K: Eq + Hash + Clone>(pairs: Vec<(K, FastStr)>) -> Vec<(K, FastStr)> {
    if pairs.len() <= SCAN_LIMIT {
        return last_wins_by(pairs, |kept, key| kept.iter().position(|(k, _)| k == key));
    }
    let mut index: HashMap<K, usize> = HashMap::with_capacity(pairs.len());
    last_wins_by(pairs, |kept, key| match index.get(key) {
        Some(&at) => Some(at),
        None => {
            index.insert(key.clone(), kept.len());
            None
        }
    })
}

fn last_wins_by<K>(
    pairs: Vec<(K, FastStr)>,
    mut find: impl FnMut(&[(K, FastStr)], &K) -> Option<usize>,
) -> Vec<(K, FastStr)> {
    let mut kept: Vec<(K, FastStr)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        match find(&kept, &key) {
            Some(at) => kept[at].1 = value,
            None => kept.push((key, value)),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(keys: impl Iterator<Item = u16>) -> Vec<(u16, FastStr)> {
        keys.enumerate()
            .map(|(i, key)| (key, i.to_string().into()))
            .collect()
    }

    #[test]
    fn the_last_of_duplicate_keys_wins_in_short_and_long_headers() {
        assert_eq!(
            last_wins(numbered([7, 8, 7].into_iter())),
            [(7, "2".into()), (8, "1".into())]
        );

        let long = last_wins(numbered((0..1000).map(|i| i % 100)));
        assert_eq!(long.len(), 100);
        assert_eq!(long[3], (3, "903".into()));
    }
}
