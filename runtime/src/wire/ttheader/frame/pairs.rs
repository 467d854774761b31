//! Key-value pairs as they stand on the wire.

use std::hash::{BuildHasher, Hash, RandomState};

use faststr::FastStr;

/// Header strings by integer key, each key at most once.
pub type IntPairs = Vec<(u16, FastStr)>;

/// Up to this many pairs, duplicates are found by scanning; above it by their hashes, so that a hostile
/// header of tens of thousands of pairs costs little.
const SCAN_LIMIT: usize = 16;

/// Keeps one pair per key. The last value wins (spec 1.3), in the first one's place.
pub(super) fn last_wins<K: Eq + Hash>(pairs: Vec<(K, FastStr)>) -> Vec<(K, FastStr)> {
    match pairs.len() <= SCAN_LIMIT {
        true => last_wins_by_scan(pairs),
        false => last_wins_by_hash(pairs),
    }
}

fn last_wins_by_scan<K: Eq>(pairs: Vec<(K, FastStr)>) -> Vec<(K, FastStr)> {
    let mut kept: Vec<(K, FastStr)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some((_, kept)) => *kept = value,
            None => kept.push((key, value)),
        }
    }
    kept
}

/// A table would be larger than a processor's cache, and need a clone of each key. Sorted hashes are
/// neither, and keys that differ in all are left where they are.
fn last_wins_by_hash<K: Eq + Hash>(mut pairs: Vec<(K, FastStr)>) -> Vec<(K, FastStr)> {
    // Keyed by chance, so that a peer cannot choose keys whose hashes are equal.
    let hasher = RandomState::new();
    let hashes = pairs.iter().map(|(key, _)| hasher.hash_one(key));
    let mut order: Vec<(u64, usize)> = hashes.zip(0..).collect();
    order.sort_unstable();
    let mut dropped = vec![false; pairs.len()];
    for same in order.chunk_by(|(one, _), (other, _)| one == other) {
        for (nth, (_, at)) in same.iter().enumerate() {
            let first = same[..nth]
                .iter()
                .find(|(_, first)| !dropped[*first] && pairs[*first].0 == pairs[*at].0);
            if let Some((_, first)) = first {
                pairs[*first].1 = std::mem::take(&mut pairs[*at].1);
                dropped[*at] = true;
            }
        }
    }
    if dropped.contains(&true) {
        let mut at = dropped.iter();
        pairs.retain(|_| !at.next().is_some_and(|dropped| *dropped));
    }
    pairs
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
