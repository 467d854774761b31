//! Fields that arrive in another way than they are written: in another order, twice, or among others.

use streamgen_runtime::Bytes;
use streamgen_runtime::codec::Struct;
use streamgen_runtime::codec::wire_type::{BOOL, DOUBLE, I8, I32, I64, LIST, MAP, STRING, STRUCT};

use crate::bytes::{Field, canonical, join, split};
use crate::go::{Kitex, kitex};
use crate::random::{Arbitrary, Random};
use crate::random_types::{Visit, every_struct, every_union};
use crate::values::{assert_same, echo, random, seeds};

/// Values of many wire types, for fields that nobody asked for.
const STRANGERS: &[(u8, &[u8])] = &[
    (BOOL, &[1]),
    (I8, &[0x80]),
    (I32, &[0, 0, 0, 7]),
    (I64, &[0xff; 8]),
    (DOUBLE, &[0x7f, 0xf8, 0, 0, 0, 0, 0, 1]),
    (STRING, b"\0\0\0\x05\xff\0abc"),
    // Two lists of one boolean each.
    (LIST, &[15, 0, 0, 0, 2, 2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 0]),
    // {-1: "x"}, with a byte as key.
    (MAP, &[3, 11, 0, 0, 0, 1, 0xff, 0, 0, 0, 1, b'x']),
    // No element of no type, as some peers write.
    (MAP, &[0, 0, 0, 0, 0, 0]),
    // {1: {}, -1: set of one i16}
    (
        STRUCT,
        &[12, 0, 1, 0, 14, 0xff, 0xff, 6, 0, 0, 0, 1, 0, 9, 0],
    ),
];

/// Both sides read from `changed` what they read from `plain`.
fn assert_read_alike<T: Struct>(kitex: &Kitex, changed: &Bytes, plain: &Bytes, about: &str) {
    assert_same::<T>(kitex, changed, plain, about);
    let (changed, plain) = (echo::<T>(changed), echo::<T>(plain));
    assert!(
        canonical(&changed) == canonical(&plain),
        "{}, {about}: {changed:02x?}, not {plain:02x?}",
        T::NAME
    );
}

struct Shuffled(&'static Kitex);

impl Visit for Shuffled {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let plain = random::<T>(seed);
            let mut fields = split(&plain);
            Random::new(seed).shuffle(&mut fields);
            let about = format!("shuffled, seed {seed}");
            assert_read_alike::<T>(self.0, &join(&fields), &plain, &about);
        }
    }
}

#[test]
fn fields_come_in_any_order() {
    let Some(kitex) = kitex() else { return };
    every_struct(&mut Shuffled(kitex));
}

struct Twice(&'static Kitex);

impl Visit for Twice {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let last = random::<T>(seed);
            let mut first = split(&random::<T>(!seed));
            // What the last value does not set would stay from the first.
            let last_fields = split(&last);
            first.retain(|field| last_fields.iter().any(|last| last.id == field.id));
            let both = join(&[first, last_fields].concat());
            assert_read_alike::<T>(self.0, &both, &last, &format!("twice, seed {seed}"));
        }
    }
}

#[test]
fn of_a_field_that_comes_twice_the_last_one_counts() {
    let Some(kitex) = kitex() else { return };
    let mut visit = Twice(kitex);
    every_struct(&mut visit);
    every_union(&mut visit);
}

struct AmongStrangers(&'static Kitex);

impl Visit for AmongStrangers {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        for seed in seeds() {
            let plain = random::<T>(seed);
            let mut random = Random::new(seed);
            let mut fields = split(&plain);
            for _ in 0..random.below(6) {
                let stranger = stranger(&fields, &mut random);
                fields.insert(random.below(fields.len() + 1), stranger);
            }
            let about = format!("among strangers, seed {seed}");
            assert_read_alike::<T>(self.0, &join(&fields), &plain, &about);
        }
    }
}

/// A field that no IDL has, or one of `fields` with another type.
fn stranger(fields: &[Field], random: &mut Random) -> Field {
    let (wire_type, value) = random.pick(STRANGERS);
    let known = fields.get(random.below(fields.len() + 1));
    let known = known.filter(|known| {
        let same_id = fields.iter().filter(|field| field.id == known.id);
        same_id.clone().count() == 1 && known.wire_type != wire_type
    });
    let unknown = random.pick(&[-1000, 0, 1000, 32000]);
    Field::new(wire_type, known.map_or(unknown, |known| known.id), value)
}

#[test]
fn unknown_fields_and_known_ones_of_another_type_are_passed_over() {
    let Some(kitex) = kitex() else { return };
    let mut visit = AmongStrangers(kitex);
    every_struct(&mut visit);
    every_union(&mut visit);
}
