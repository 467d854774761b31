//! Random values, from each side to the other and back.

use std::env;

use interop_codec::stream_gen::codec::shapes::Chain;
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::{DecodeError, Encode as _, Reader, Struct};

use crate::bytes::canonical;
use crate::go::{Kitex, kitex};
use crate::random::{Arbitrary, Random};
use crate::random_types::{Visit, every_struct, every_union};

/// Characters that are shown on each side of a difference.
const SHOWN: usize = 60;

/// The seeds of a test: as many as the environment says.
pub fn seeds() -> impl Iterator<Item = u64> {
    let number = |name, default| match env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    };
    let first = number("STREAMGEN_CODEC_SEED", 1);
    first..first + number("STREAMGEN_CODEC_COUNT", 50)
}

pub fn decode<T: Struct>(bytes: &Bytes) -> Result<T, DecodeError> {
    Reader::new(bytes).read()
}

/// What ours writes of what it reads.
pub fn echo<T: Struct>(bytes: &Bytes) -> Bytes {
    match decode::<T>(bytes) {
        Ok(value) => value.encode_to_bytes(),
        Err(error) => panic!("{}: {error}", T::NAME),
    }
}

/// A random value of ours, encoded.
pub fn random<T: Struct + Arbitrary>(seed: u64) -> Bytes {
    T::arbitrary(&mut Random::new(seed)).encode_to_bytes()
}

/// Kitex reads the same value from both.
pub fn assert_same<T: Struct>(kitex: &Kitex, left: &[u8], right: &[u8], about: &str) {
    let read = |bytes| match kitex.text::<T>(bytes) {
        Ok(text) => text.chars().collect::<Vec<_>>(),
        Err(error) => panic!("{}, {about}: {error}", T::NAME),
    };
    let (left, right) = (read(left), read(right));
    if left != right {
        let at = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
        let near = |text: &[char]| {
            let end = text.len().min(at + SHOWN);
            String::from_iter(&text[at.saturating_sub(SHOWN)..end])
        };
        let (left, right) = (near(&left), near(&right));
        panic!("{}, {about}:\n  … {left} …\n  … {right} …", T::NAME);
    }
}

/// Kitex writes, ours reads and writes, and Kitex reads the value that it wrote.
struct FromKitex(&'static Kitex);

impl Visit for FromKitex {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let theirs = self.0.random::<T>(seed);
            let about = format!("seed {seed}");
            assert_same::<T>(self.0, &echo::<T>(&theirs), &theirs, &about);
        }
    }
}

#[test]
fn values_from_kitex_come_back_as_they_were() {
    let Some(kitex) = kitex() else { return };
    let mut visit = FromKitex(kitex);
    every_struct(&mut visit);
    every_union(&mut visit);
    visit.visit::<Chain>();
}

/// Ours writes, Kitex reads and writes, and ours reads the value that it wrote.
struct FromOurs(&'static Kitex);

impl Visit for FromOurs {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let ours = random::<T>(seed);
            let theirs = self.0.echo::<T>(&ours);
            let theirs = theirs.unwrap_or_else(|error| panic!("{} {seed}: {error}", T::NAME));
            let back = echo::<T>(&theirs);
            if canonical(&back) != canonical(&ours) {
                assert_same::<T>(self.0, &back, &ours, &format!("seed {seed}"));
                panic!("{}, seed {seed}: {back:02x?}, not {ours:02x?}", T::NAME);
            }
        }
    }
}

#[test]
fn values_from_ours_come_back_as_they_were() {
    let Some(kitex) = kitex() else { return };
    let mut visit = FromOurs(kitex);
    every_struct(&mut visit);
    every_union(&mut visit);
}
