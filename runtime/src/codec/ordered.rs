//! A double that can be a map key or a set element.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{DecodeError, Length, Reader, Value, Writer};

/// An `f64` with a total order: every NaN with the same bits is equal to itself, and -0 is less
/// than 0 ([`f64::total_cmp`]).
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct OrderedF64(pub f64);

impl PartialEq for OrderedF64 {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for OrderedF64 {}

impl Hash for OrderedF64 {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Ord for OrderedF64 {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for OrderedF64 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<f64> for OrderedF64 {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl Value for OrderedF64 {
    const TYPE: u8 = <f64 as Value>::TYPE;
    const MIN_LEN: usize = <f64 as Value>::MIN_LEN;

    #[inline]
    fn measure(&self, length: &mut Length) {
        self.0.measure(length);
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        self.0.write(w);
    }

    #[inline]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.0.read_into(r)
    }
}
