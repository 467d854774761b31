//! Bytes that broke on the way.

use interop_codec::stream_gen::codec::containers::{Containers, Nested};
use interop_codec::stream_gen::codec::defaults::{Defaults, OptionalDefaults};
use interop_codec::stream_gen::codec::scalars::{Aliases, OptionalScalars, Scalars, Scattered};
use interop_codec::stream_gen::codec::shapes::{Circle, Tree};
use interop_codec::stream_gen::codec::versions::{Demanding, Holder};
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::{DecodeErrorKind, Reader, Struct};

use crate::go::{Kitex, kitex};
use crate::random::{Arbitrary, Random};
use crate::random_types::{Visit, every_struct, every_union};
use crate::values::{assert_same, decode, echo, random, seeds};

/// Prefixes of a long value that are tried; of a short one, all.
const CUTS: usize = 60;

struct Truncated(&'static Kitex);

impl Visit for Truncated {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let whole = self.0.random::<T>(seed);
            for end in (0..whole.len()).step_by(whole.len().div_ceil(CUTS)) {
                let error = match decode::<T>(&whole.slice(..end)) {
                    Err(error) => error,
                    Ok(_) => panic!("{}, seed {seed}: reads its first {end} bytes", T::NAME),
                };
                // A string or container that claims more than is left counts as cut short too.
                let kind = error.kind();
                let cut = matches!(
                    kind,
                    DecodeErrorKind::Truncated | DecodeErrorKind::Length(_)
                );
                assert!(cut, "{}, seed {seed}, {end} bytes: {error}", T::NAME);
            }
            let end = Random::new(seed).below(whole.len());
            let theirs = self.0.text::<T>(&whole[..end]);
            assert!(theirs.is_err(), "{}, seed {seed}: {theirs:?}", T::NAME);
        }
    }
}

#[test]
fn every_beginning_of_what_kitex_writes_is_an_error() {
    let Some(kitex) = kitex() else { return };
    let mut visit = Truncated(kitex);
    every_struct(&mut visit);
    every_union(&mut visit);
}

/// Counts what becomes of damaged bytes, so that a test of nothing would show.
#[derive(Default)]
struct Damaged {
    read: usize,
    refused: usize,
}

impl Damaged {
    /// Changes a byte of each value. What ours still reads, Kitex reads as the same value.
    fn visit<T: Struct + Arbitrary>(&mut self, kitex: &Kitex) {
        for seed in seeds() {
            let mut chance = Random::new(seed);
            let mut bytes = random::<T>(seed).to_vec();
            let at = chance.below(bytes.len());
            bytes[at] = chance.pick(&[0, 1, 2, 0x80, 0xff, bytes[at] ^ 1, bytes[at] ^ 0x40]);
            let bytes = Bytes::from(bytes);
            if decode::<T>(&bytes).is_err() {
                self.refused += 1;
                continue;
            }
            self.read += 1;
            let about = format!("seed {seed}, byte {at} changed");
            assert_same::<T>(
                kitex,
                &without_rest::<T>(&bytes),
                &echo::<T>(&bytes),
                &about,
            );
        }
    }
}

/// The bytes up to where the value ends, which damage can bring forward.
fn without_rest<T: Struct>(bytes: &Bytes) -> Bytes {
    let mut reader = Reader::new(bytes);
    let read = reader.read::<T>();
    assert!(read.is_ok(), "{} was read before", T::NAME);
    bytes.slice(..bytes.len() - reader.remaining())
}

/// Not with unions, nor with keys that are structs: of several members, and of equal keys, Kitex keeps all.
#[test]
fn damaged_bytes_are_refused_or_read_as_kitex_reads_them() {
    let Some(kitex) = kitex() else { return };
    let mut damaged = Damaged::default();
    damaged.visit::<Scalars>(kitex);
    damaged.visit::<OptionalScalars>(kitex);
    damaged.visit::<Aliases>(kitex);
    damaged.visit::<Scattered>(kitex);
    damaged.visit::<Containers>(kitex);
    damaged.visit::<Nested>(kitex);
    damaged.visit::<Defaults>(kitex);
    damaged.visit::<OptionalDefaults>(kitex);
    damaged.visit::<Circle>(kitex);
    damaged.visit::<Tree>(kitex);
    damaged.visit::<Demanding>(kitex);
    damaged.visit::<Holder>(kitex);
    assert!(damaged.read > 0 && damaged.refused > 0);
}
