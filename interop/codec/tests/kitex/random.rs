//! Random values of any type, the same for the same seed.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use streamgen_runtime::codec::OrderedF64;
use streamgen_runtime::{Bytes, FastStr};

/// How deep values nest before optional fields, containers and unions stay empty.
const DEPTH: u32 = 4;

/// Pseudo-random numbers (splitmix64), and how deep the value is that is being made of them.
pub struct Random {
    state: u64,
    depth: u32,
}

/// A type that random values can be made of.
pub trait Arbitrary: Sized {
    fn arbitrary(random: &mut Random) -> Self;
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            depth: 0,
        }
    }

    /// A value of any type.
    pub fn any<T: Arbitrary>(&mut self) -> T {
        T::arbitrary(self)
    }

    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// Brings `values` into any order.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for i in 1..values.len() {
            let other = self.below(i + 1);
            values.swap(i, other);
        }
    }

    /// Whether values have to end soon.
    pub fn deep(&self) -> bool {
        self.depth >= DEPTH
    }

    /// Runs `make` one level deeper.
    pub fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let made = make(self);
        self.depth -= 1;
        made
    }

    /// Elements of a container: mostly few, none deep inside.
    fn collect<T, C: FromIterator<T>>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> C {
        let size = match (self.deep(), self.one_in(40)) {
            (true, _) => 0,
            (false, true) => self.below(100),
            (false, false) => self.below(4),
        };
        self.nested(|random| (0..size).map(|_| make(random)).collect())
    }
}

macro_rules! integer {
    ($($ty:ty)*) => {$(
        impl Arbitrary for $ty {
            fn arbitrary(random: &mut Random) -> Self {
                if random.one_in(2) {
                    return random.bits() as $ty;
                }
                random.pick(&[0, 1, -1, <$ty>::MIN, <$ty>::MAX])
            }
        }
    )*};
}

integer!(i8 i16 i32 i64);

impl Arbitrary for bool {
    fn arbitrary(random: &mut Random) -> Self {
        random.one_in(2)
    }
}

impl Arbitrary for f64 {
    fn arbitrary(random: &mut Random) -> Self {
        if random.one_in(2) {
            return f64::from_bits(random.bits());
        }
        random.pick(&[
            0.0,
            -0.0,
            -0.5,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN_POSITIVE / 2.0,
        ])
    }
}

/// Not -0, which is no other key than 0 in Go.
impl Arbitrary for OrderedF64 {
    fn arbitrary(random: &mut Random) -> Self {
        let value: f64 = random.any();
        Self(if value == 0.0 { 0.0 } else { value })
    }
}

impl Arbitrary for FastStr {
    fn arbitrary(random: &mut Random) -> Self {
        if random.one_in(100) {
            return "long é ".repeat(random.below(2000)).into();
        }
        let letters: Vec<_> = "ab cd\0\n\"\\éß中文🦀\u{2028}".chars().collect();
        let text: String = (0..random.below(40))
            .map(|_| random.pick(&letters))
            .collect();
        text.into()
    }
}

impl Arbitrary for Bytes {
    fn arbitrary(random: &mut Random) -> Self {
        let most = if random.one_in(100) { 20_000 } else { 40 };
        (0..random.below(most))
            .map(|_| random.bits() as u8)
            .collect()
    }
}

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn arbitrary(random: &mut Random) -> Self {
        (!random.deep() && !random.one_in(4)).then(|| random.any())
    }
}

impl<T: Arbitrary> Arbitrary for Box<T> {
    fn arbitrary(random: &mut Random) -> Self {
        Box::new(random.any())
    }
}

impl<T: Arbitrary> Arbitrary for Vec<T> {
    fn arbitrary(random: &mut Random) -> Self {
        random.collect(Random::any)
    }
}

impl<T: Arbitrary + Eq + Hash> Arbitrary for HashSet<T> {
    fn arbitrary(random: &mut Random) -> Self {
        random.collect(Random::any)
    }
}

impl<K: Arbitrary + Eq + Hash, V: Arbitrary> Arbitrary for HashMap<K, V> {
    fn arbitrary(random: &mut Random) -> Self {
        random.collect(|random| (random.any(), random.any()))
    }
}
