//! Maps and sets whose keys have neither a hash nor an order: a list that is a map or a set on the
//! wire. Kitex too cannot look up such keys: they are pointers there.

use std::ops::{Deref, DerefMut};

use super::containers::{read_list_head, read_map_head, write_list_head, write_map_head};
use super::reader::fill;
use super::{DecodeError, Length, Reader, Value, Writer, wire_type};

/// A Thrift map as the list of its pairs, in the order of the wire; keys that arrive twice are there
/// twice. For keys that cannot be hashed, such as structs that hold a double.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct VecMap<K, V>(pub Vec<(K, V)>);

/// A Thrift set as the list of its elements, in the order of the wire; elements that arrive twice
/// are there twice. For elements that cannot be hashed, such as structs that hold a double.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct VecSet<T>(pub Vec<T>);

impl<K, V> VecMap<K, V> {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, V> VecMap<K, V> {
    /// The value of the first pair with this key. Takes time in proportion to the length.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        let (_, value) = self.0.iter().find(|(known, _)| known == key)?;
        Some(value)
    }
}

impl<T> VecSet<T> {
    /// An empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }
}

impl<K: Value, V: Value> Value for VecMap<K, V> {
    const TYPE: u8 = wire_type::MAP;
    const MIN_LEN: usize = super::containers::MAP_HEAD_LEN;

    fn measure(&self, length: &mut Length) {
        length.add(Self::MIN_LEN);
        for (key, value) in &self.0 {
            key.measure(length);
            value.measure(length);
        }
    }

    fn write(&self, w: &mut Writer<'_>) {
        write_map_head::<K, V>(self.0.len(), w);
        for (key, value) in &self.0 {
            key.write(w);
            value.write(w);
        }
    }

    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let count = read_map_head::<K, V>(r, usize::saturating_mul)?;
        self.0.clear();
        fill(&mut self.0, count, |pairs| {
            let key = K::read(r)?;
            pairs.push((key, V::read(r)?));
            Ok(())
        })
    }
}

impl<T: Value> Value for VecSet<T> {
    const TYPE: u8 = wire_type::SET;
    const MIN_LEN: usize = super::containers::LIST_HEAD_LEN;

    fn measure(&self, length: &mut Length) {
        length.add(Self::MIN_LEN);
        T::measure_all(&self.0, length);
    }

    fn write(&self, w: &mut Writer<'_>) {
        write_list_head::<T>(self.0.len(), w);
        T::write_all(&self.0, w);
    }

    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let count = read_list_head::<T>(r, usize::saturating_mul)?;
        self.0.clear();
        T::read_all(&mut self.0, count, r)
    }
}

/// What both have of a list.
macro_rules! list {
    ($($ty:ident<$($param:ident),*> of $item:ty;)*) => {$(
        impl<$($param),*> Default for $ty<$($param),*> {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<$($param),*> Deref for $ty<$($param),*> {
            type Target = Vec<$item>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<$($param),*> DerefMut for $ty<$($param),*> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<const N: usize, $($param),*> From<[$item; N]> for $ty<$($param),*> {
            fn from(items: [$item; N]) -> Self {
                Self(Vec::from(items))
            }
        }

        impl<$($param),*> FromIterator<$item> for $ty<$($param),*> {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                Self(Vec::from_iter(items))
            }
        }

        impl<$($param),*> IntoIterator for $ty<$($param),*> {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'a, $($param),*> IntoIterator for &'a $ty<$($param),*> {
            type Item = &'a $item;
            type IntoIter = std::slice::Iter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }
    )*};
}

list! {
    VecMap<K, V> of (K, V);
    VecSet<T> of T;
}

#[cfg(test)]
mod tests {
    use bytes::{Bytes, BytesMut};

    use super::*;

    fn encoded<T: Value>(value: &T) -> Bytes {
        let mut out = BytesMut::new();
        Writer::append(&mut out, value.len(), |w| value.write(w));
        out.freeze()
    }

    #[test]
    fn on_the_wire_they_are_a_map_and_a_set() {
        let map = VecMap::from([(1.5_f64, 1_i8), (0.5, 2)]);
        let bytes = encoded(&map);
        assert_eq!(bytes[..6], [wire_type::DOUBLE, wire_type::I8, 0, 0, 0, 2]);
        assert_eq!(VecMap::read(&mut Reader::new(&bytes)), Ok(map));
        let set = VecSet::from([1.5_f64]);
        let bytes = encoded(&set);
        assert_eq!(bytes[..5], [wire_type::DOUBLE, 0, 0, 0, 1]);
        assert_eq!(VecSet::read(&mut Reader::new(&bytes)), Ok(set));
    }

    #[test]
    fn keys_that_arrive_twice_stay() {
        let map = VecMap::from([(0.5_f64, 1_i8), (0.5, 2)]);
        let bytes = encoded(&map);
        let found: VecMap<f64, i8> = Value::read(&mut Reader::new(&bytes)).expect("it is a map");
        assert_eq!((found.0.len(), found.get(&0.5)), (2, Some(&1)));
    }

    #[test]
    fn what_a_value_held_before_is_gone_after_reading() {
        let bytes = encoded(&VecSet::from([1.0_f64]));
        let mut set = VecSet::from([2.0_f64, 3.0]);
        set.read_into(&mut Reader::new(&bytes))
            .expect("it is a set");
        assert_eq!(set, VecSet::from([1.0]));
    }
}
