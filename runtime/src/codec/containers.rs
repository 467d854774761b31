//! Lists, sets and maps.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::reader::reservation;
use super::{DecodeError, DecodeErrorKind, Length, Reader, Value, Writer, budget, wire_type};

/// Bytes before the elements of a list or set: element type and count.
pub(super) const LIST_HEAD_LEN: usize = 1 + 4;
/// Bytes before the pairs of a map: key type, value type and count.
pub(super) const MAP_HEAD_LEN: usize = 2 + 4;

/// Reads the head of a list or set: how many elements follow. Charges what `T` elements take, which `memory` tells by their count and size.
#[inline]
pub(super) fn read_list_head<T: Value>(
    r: &mut Reader<'_>,
    memory: impl Fn(usize, usize) -> usize,
) -> Result<usize, DecodeError> {
    let [found] = r.array()?;
    let count = r.count(T::MIN_LEN)?;
    check_type::<T>(found, count)?;
    r.charge(memory(count, size_of::<T>()))?;
    Ok(count)
}

/// Reads the head of a map: how many pairs follow. Charges what they take, which `memory`
/// tells by their count and size.
#[inline]
pub(super) fn read_map_head<K: Value, V: Value>(
    r: &mut Reader<'_>,
    memory: impl Fn(usize, usize) -> usize,
) -> Result<usize, DecodeError> {
    let [key, value] = r.array()?;
    let count = r.count(K::MIN_LEN + V::MIN_LEN)?;
    check_type::<K>(key, count)?;
    check_type::<V>(value, count)?;
    r.charge(memory(count, size_of::<(K, V)>()))?;
    Ok(count)
}

/// Writes the head of a list or set.
#[inline]
pub(super) fn write_list_head<T: Value>(count: usize, w: &mut Writer<'_>) {
    w.put_array([T::TYPE]);
    w.count(count);
}

/// Writes the head of a map.
#[inline]
pub(super) fn write_map_head<K: Value, V: Value>(count: usize, w: &mut Writer<'_>) {
    w.put_array([K::TYPE, V::TYPE]);
    w.count(count);
}

/// Elements of another type would be misread. What an empty container says of them does not matter:
/// some peers write 0.
#[inline(always)]
fn check_type<T: Value>(found: u8, count: usize) -> Result<(), DecodeError> {
    if found == T::TYPE || count == 0 {
        return Ok(());
    }
    Err(DecodeError::new(DecodeErrorKind::ElementType {
        expected: T::TYPE,
        found,
    }))
}

impl<T: Value> Value for Vec<T> {
    const TYPE: u8 = wire_type::LIST;
    const MIN_LEN: usize = LIST_HEAD_LEN;

    #[inline]
    fn measure(&self, length: &mut Length) {
        length.add(LIST_HEAD_LEN);
        T::measure_all(self, length);
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        write_list_head::<T>(self.len(), w);
        T::write_all(self, w);
    }

    #[inline(never)]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let count = read_list_head::<T>(r, usize::saturating_mul)?;
        self.clear();
        T::read_all(self, count, r)
    }

    #[inline(never)]
    fn read_optional_field(slot: &mut Option<Self>, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        slot.insert(Self::default()).read_field(r)
    }
}

/// Sets differ in the bounds of their elements only. Elements that arrive twice (Go peers keep sets
/// in slices) count once.
macro_rules! set {
    (
        $ty:ident<$t:ident $(, $s:ident)?>,
        ($($bounds:tt)*),
        $memory:path,
        |$r:ident, $count:ident| $new:expr
    ) => {
        impl<$t: Value $(, $s)?> Value for $ty<$t $(, $s)?>
        where
            $($bounds)*
        {
            const TYPE: u8 = wire_type::SET;
            const MIN_LEN: usize = LIST_HEAD_LEN;

            #[inline]
            fn measure(&self, length: &mut Length) {
                length.add(LIST_HEAD_LEN);
                self.iter().for_each(|value| value.measure(length));
            }

            #[inline]
            fn write(&self, w: &mut Writer<'_>) {
                write_list_head::<$t>(self.len(), w);
                self.iter().for_each(|value| value.write(w));
            }

            #[inline(never)]
            fn read_into(&mut self, $r: &mut Reader<'_>) -> Result<(), DecodeError> {
                let $count = read_list_head::<$t>($r, $memory)?;
                let mut set = $new;
                for _ in 0..$count {
                    set.insert($t::read($r)?);
                }
                *self = set;
                Ok(())
            }

            #[inline(never)]
            fn read_optional_field(
                slot: &mut Option<Self>,
                r: &mut Reader<'_>,
            ) -> Result<(), DecodeError> {
                slot.insert(Self::default()).read_field(r)
            }
        }
    };
}

set!(HashSet<T, S>, (T: Eq + Hash, S: BuildHasher + Default), budget::hash_table, |r, count| {
    HashSet::with_capacity_and_hasher(reservation::<T>(count), S::default())
});
set!(BTreeSet<T>, (T: Ord), budget::b_tree, |r, count| BTreeSet::new());

/// Maps differ in the bounds of their keys only. Of keys that arrive twice the last one counts.
macro_rules! map {
    (
        $ty:ident<$k:ident, $v:ident $(, $s:ident)?>,
        ($($bounds:tt)*),
        $memory:path,
        |$r:ident, $count:ident| $new:expr
    ) => {
        impl<$k: Value, $v: Value $(, $s)?> Value for $ty<$k, $v $(, $s)?>
        where
            $($bounds)*
        {
            const TYPE: u8 = wire_type::MAP;
            const MIN_LEN: usize = MAP_HEAD_LEN;

            #[inline]
            fn measure(&self, length: &mut Length) {
                length.add(MAP_HEAD_LEN);
                for (key, value) in self {
                    key.measure(length);
                    value.measure(length);
                }
            }

            #[inline]
            fn write(&self, w: &mut Writer<'_>) {
                write_map_head::<$k, $v>(self.len(), w);
                for (key, value) in self {
                    key.write(w);
                    value.write(w);
                }
            }

            #[inline(never)]
            fn read_into(&mut self, $r: &mut Reader<'_>) -> Result<(), DecodeError> {
                let $count = read_map_head::<$k, $v>($r, $memory)?;
                let mut map = $new;
                for _ in 0..$count {
                    let key = $k::read($r)?;
                    map.insert(key, $v::read($r)?);
                }
                *self = map;
                Ok(())
            }

            #[inline(never)]
            fn read_optional_field(
                slot: &mut Option<Self>,
                r: &mut Reader<'_>,
            ) -> Result<(), DecodeError> {
                slot.insert(Self::default()).read_field(r)
            }
        }
    };
}

map!(HashMap<K, V, S>, (K: Eq + Hash, S: BuildHasher + Default), budget::hash_table, |r, count| {
    HashMap::with_capacity_and_hasher(reservation::<(K, V)>(count), S::default())
});
map!(BTreeMap<K, V>, (K: Ord), budget::b_tree, |r, count| BTreeMap::new());
