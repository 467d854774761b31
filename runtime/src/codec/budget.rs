//! How much memory one message may become when it is decoded.
//!
//! An empty struct is one byte on the wire, and as large in memory as its type: without a bound,
//! 16 MiB of them become a gigabyte.

use super::{DecodeError, DecodeErrorKind};

/// How many times its own length a message may build. A string without text takes the most of what
/// is usual: 32 bytes for 4. Structs with many optional fields, most of them absent, take more, and
/// have [`DECODED_FLOOR`] for that.
pub const DECODED_FACTOR: usize = 8;

/// Bytes that any message may build, however short it is: ten thousand structs of a hundred fields,
/// nearly all of them absent, and half of the largest message.
pub const DECODED_FLOOR: usize = 32 * 1024 * 1024;

/// Bytes that a message of `len` bytes may build when it is decoded: [`DECODED_FACTOR`] times its
/// length and [`DECODED_FLOOR`].
///
/// Counted are the elements of containers, each as large as its type, and structs in boxes. What is
/// hardly larger than on the wire is not: the text of strings and binaries, and fields that are kept
/// unknown. A container that grows holds its old memory too until its elements have moved: at most
/// half as much again.
#[must_use]
#[inline]
pub const fn decoded_max(len: usize) -> usize {
    len.saturating_mul(DECODED_FACTOR)
        .saturating_add(DECODED_FLOOR)
}

/// The error of a message of `len` bytes.
#[cold]
#[inline(never)]
pub(super) fn exceeded(len: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::Decoded {
        len,
        max: decoded_max(len),
    })
}

/// Bytes that a hash table of `count` elements of `size` bytes takes: std's has a power of two of
/// buckets, 7 of 8 of which it fills, a byte of control for each, and a group of those at the end.
#[inline]
pub(super) const fn hash_table(count: usize, size: usize) -> usize {
    let buckets = match count {
        0 => return 0,
        1..=3 => 4,
        4..=7 => 8,
        8..=14 => 16,
        count => match (count / 7 * 8 + 8).checked_next_power_of_two() {
            Some(buckets) => buckets,
            None => usize::MAX,
        },
    };
    buckets.saturating_mul(size + 1).saturating_add(16)
}

/// Bytes that a B-tree of `count` elements of `size` bytes takes: std's has room for 11 in a node, and 5
/// at least in every node but the root; pointers take the rest.
#[inline]
pub(super) const fn b_tree(count: usize, size: usize) -> usize {
    match count {
        0 => 0,
        1..=11 => 11 * size + 32,
        count => (count / 5 + 1)
            .saturating_mul(11 * size + 32)
            .saturating_add(96),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;

    /// What `build` allocates in the end.
    fn held<T>(build: impl FnOnce() -> T) -> usize {
        let mut built = None;
        let info = allocation_counter::measure(|| built = Some(build()));
        drop(built);
        usize::try_from(info.bytes_current).unwrap()
    }

    #[test]
    fn containers_of_std_take_no_more_than_is_charged() {
        for count in (0..100).chain([1000, 1793, 3584, 3585, 10_000]) {
            let numbers = || (0..count).map(|number| (number, [number; 3]));
            let table = held(|| numbers().collect::<HashMap<_, _>>());
            assert!(
                table <= hash_table(count, 32),
                "{count} in a table: {table}"
            );
            assert!(
                hash_table(count, 32) <= 2 * table + 64,
                "{count} in a table: {table}"
            );
            let tree = held(|| {
                let mut tree = BTreeMap::new();
                numbers().for_each(|(key, value)| assert!(tree.insert(key, value).is_none()));
                tree
            });
            assert!(tree <= b_tree(count, 32), "{count} in a tree: {tree}");
            assert!(
                b_tree(count, 32) <= 2 * tree + 64,
                "{count} in a tree: {tree}"
            );
        }
    }
}
