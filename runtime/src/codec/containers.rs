//! Lists, sets and maps.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::value::{Value, wire_type};
use super::{DecodeError, Reader, Writer};

/// Element type and count.
const LIST_HEAD: usize = 5;
/// Key type, value type and count.
const MAP_HEAD: usize = 6;

fn write_list<'a, T: Value + 'a>(items: impl ExactSizeIterator<Item = &'a T>, w: &mut Writer<'_>) {
    w.put_u8(T::TYPE);
    w.put_i32(i32::try_from(items.len()).unwrap_or(i32::MAX));
    for item in items {
        item.write(w);
    }
}

/// An empty container may name any element type; a filled one must name ours.
fn read_list<T: Value, C>(
    r: &mut Reader<'_>,
    new: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, T),
) -> Result<C, DecodeError> {
    let [kind] = r.array::<1>()?;
    let count = r.count(T::MIN_LEN)?;
    if kind != T::TYPE && count > 0 {
        return Err(DecodeError::wire_type(kind));
    }
    r.nested(|r| {
        let mut items = new(count);
        for _ in 0..count {
            add(&mut items, T::read(r)?);
        }
        Ok(items)
    })
}

fn write_map<'a, K: Value + 'a, V: Value + 'a>(
    pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    w: &mut Writer<'_>,
) {
    w.put(&[K::TYPE, V::TYPE]);
    w.put_i32(i32::try_from(pairs.len()).unwrap_or(i32::MAX));
    for (key, value) in pairs {
        key.write(w);
        value.write(w);
    }
}

fn read_map<K: Value, V: Value, C>(
    r: &mut Reader<'_>,
    new: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, K, V),
) -> Result<C, DecodeError> {
    let [key, value] = r.array::<2>()?;
    let count = r.count(K::MIN_LEN + V::MIN_LEN)?;
    if count > 0 && (key, value) != (K::TYPE, V::TYPE) {
        return Err(DecodeError::wire_type(if key == K::TYPE {
            value
        } else {
            key
        }));
    }
    r.nested(|r| {
        let mut pairs = new(count);
        for _ in 0..count {
            let key = K::read(r)?;
            add(&mut pairs, key, V::read(r)?);
        }
        Ok(pairs)
    })
}

macro_rules! list {
    ($([$($bound:tt)*] $ty:ty, $wire:ident, $new:expr, $add:expr;)*) => {$(
        impl<$($bound)*> Value for $ty {
            const TYPE: u8 = wire_type::$wire;
            const MIN_LEN: usize = LIST_HEAD;

            fn len(&self) -> usize {
                LIST_HEAD + self.iter().map(Value::len).sum::<usize>()
            }

            fn write(&self, w: &mut Writer<'_>) {
                write_list(self.iter(), w);
            }

            fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                read_list(r, $new, $add)
            }
        }
    )*};
}

list! {
    [T: Value] Vec<T>, LIST, Vec::with_capacity, |items: &mut Self, item| items.push(item);
    [T: Value + Eq + Hash, S: BuildHasher + Default] HashSet<T, S>, SET,
        |n| HashSet::with_capacity_and_hasher(n, S::default()), |items: &mut Self, item| { items.insert(item); };
    [T: Value + Ord] BTreeSet<T>, SET, |_| BTreeSet::new(), |items: &mut Self, item| { items.insert(item); };
}

macro_rules! map {
    ($([$($bound:tt)*] $ty:ty, $new:expr;)*) => {$(
        impl<$($bound)*> Value for $ty {
            const TYPE: u8 = wire_type::MAP;
            const MIN_LEN: usize = MAP_HEAD;

            fn len(&self) -> usize {
                MAP_HEAD + self.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>()
            }

            fn write(&self, w: &mut Writer<'_>) {
                write_map(self.iter(), w);
            }

            fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                read_map(r, $new, |pairs: &mut Self, key, value| {
                    pairs.insert(key, value);
                })
            }
        }
    )*};
}

map! {
    [K: Value + Eq + Hash, V: Value, S: BuildHasher + Default] HashMap<K, V, S>,
        |n| HashMap::with_capacity_and_hasher(n, S::default());
    [K: Value + Ord, V: Value] BTreeMap<K, V>, |_| BTreeMap::new();
}
