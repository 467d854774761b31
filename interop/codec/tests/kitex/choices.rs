//! What Kitex writes where Thrift leaves a choice, and what it makes of bytes that no Thrift writer should write.
//! Each test shows that ours agrees, or says where and why it does not.

use std::collections::HashMap;

use interop_codec::stream_gen::codec::containers::{Containers, Keys, OptionalContainers, Point};
use interop_codec::stream_gen::codec::defaults::{OptionalDefaults, PartialDefaults};
use interop_codec::stream_gen::codec::scalars::{OptionalScalars, Scalars};
use interop_codec::stream_gen::codec::shapes::{Chain, Circle, Drawing, Empty, Shape, Tree};
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::wire_type::{
    BOOL, DOUBLE, I32, I64, LIST, MAP, SET, STOP, STRING, STRUCT,
};
use streamgen_runtime::codec::{DecodeErrorKind, Encode as _, Struct};

use crate::bytes::{Field, canonical, join, split};
use crate::go::kitex;
use crate::values::decode;

/// A value of one field.
fn only(wire_type: u8, id: i16, value: &[u8]) -> Bytes {
    join(&[Field::new(wire_type, id, value)])
}

fn ids(bytes: &[u8]) -> Vec<i16> {
    let mut ids: Vec<_> = split(bytes).iter().map(|field| field.id).collect();
    ids.sort();
    ids
}

fn value_of(bytes: &[u8], id: i16) -> Vec<u8> {
    let mut fields = split(bytes).into_iter();
    fields
        .find(|field| field.id == id)
        .expect("it is there")
        .value
}

fn why_not<T: Struct>(bytes: &Bytes) -> DecodeErrorKind {
    match decode::<T>(bytes) {
        Ok(_) => panic!("{bytes:02x?} is a {}", T::NAME),
        Err(error) => error.kind(),
    }
}

#[test]
fn fields_without_a_word_are_always_written_nil_ones_as_empty() {
    let Some(kitex) = kitex() else { return };
    let blank = kitex.blank::<Scalars>().expect("zeros");
    assert_eq!(ids(&blank), Vec::from_iter(1..=10));
    assert_eq!(
        canonical(&blank),
        canonical(&Scalars::default().encode_to_bytes())
    );
    let blank = kitex.blank::<Containers>().expect("nils");
    assert_eq!(ids(&blank), Vec::from_iter(1..=16));
    assert_eq!(
        canonical(&blank),
        canonical(&Containers::default().encode_to_bytes())
    );
}

#[test]
fn optional_fields_are_written_if_set_though_empty() {
    let Some(kitex) = kitex() else { return };
    assert_eq!(kitex.blank::<OptionalScalars>().as_deref(), Ok(&[STOP][..]));
    assert_eq!(
        kitex.blank::<OptionalContainers>().as_deref(),
        Ok(&[STOP][..])
    );
    let empty = OptionalContainers {
        numbers: Some(Vec::new()),
        counts: Some(HashMap::new()),
        ..OptionalContainers::default()
    };
    let bytes = empty.encode_to_bytes();
    let text = kitex.text::<OptionalContainers>(&bytes);
    assert_eq!(
        text.as_deref(),
        Ok("OptionalContainers{numbers: [], counts: map[]}")
    );
    let theirs = kitex
        .echo::<OptionalContainers>(&bytes)
        .expect("they write it");
    assert_eq!(decode(&theirs), Ok(empty));
}

/// Kitex does not write an optional scalar, string or binary that equals its default, but writes containers and
/// structs. Ours writes all that is `Some`. Either way the reader has the same value.
#[test]
fn an_optional_field_that_equals_its_default_may_be_absent() {
    let Some(kitex) = kitex() else { return };
    let theirs = kitex.fresh::<OptionalDefaults>().expect("defaults");
    assert_eq!(ids(&theirs), [10, 11, 12, 13, 14]);
    let ours = OptionalDefaults::default().encode_to_bytes();
    assert_eq!(ids(&ours), Vec::from_iter(1..=14));
    assert_eq!(decode(&theirs), Ok(OptionalDefaults::default()));
    assert_eq!(
        kitex.text::<OptionalDefaults>(&ours),
        kitex.text::<OptionalDefaults>(&theirs)
    );
    assert_eq!(
        kitex.text::<OptionalDefaults>(&[STOP]),
        kitex.text::<OptionalDefaults>(&theirs)
    );
}

/// A field that is not set is not written, and its reader, in either language, takes the default.
#[test]
fn none_cannot_be_told_from_the_default() {
    let Some(kitex) = kitex() else { return };
    let none = OptionalDefaults {
        medium: None,
        numbers: None,
        ..OptionalDefaults::default()
    };
    let bytes = none.encode_to_bytes();
    assert_eq!(decode(&bytes), Ok(OptionalDefaults::default()));
    assert_eq!(
        kitex.text::<OptionalDefaults>(&bytes),
        kitex.text::<OptionalDefaults>(&[STOP])
    );
    // Kitex does the same to its nil: the zero value has nil containers, and they come back as defaults.
    let blank = kitex.blank::<OptionalDefaults>().expect("zeros");
    assert_eq!(ids(&blank), Vec::from_iter(1..=9));
}

/// A field that a struct value leaves out is zero in Kitex, whatever its own default; ours takes the default.
#[test]
fn a_struct_value_that_leaves_fields_out() {
    let Some(kitex) = kitex() else { return };
    let text = kitex.text::<PartialDefaults>(&[STOP]);
    let theirs = "PartialDefaults{limits: Limits{depth: 3, width: 0, label: \"\"}, \
                  maybe_limits: Limits{depth: 0, width: 0, label: \"some\"}}";
    assert_eq!(text.as_deref(), Ok(theirs));
    let ours = kitex.text::<PartialDefaults>(&PartialDefaults::default().encode_to_bytes());
    assert_ne!(ours.as_deref(), Ok(theirs));
}

/// Kitex writes an empty struct for a nil one, and panics on a union that is not nil and has no member.
#[test]
fn a_nil_struct_or_union_is_an_empty_struct() {
    let Some(kitex) = kitex() else { return };
    let blank = kitex.blank::<Drawing>().expect("nils");
    for id in [1, 3, 5, 8] {
        assert_eq!(value_of(&blank, id), [STOP], "field {id}");
    }
    assert_eq!(decode(&blank), Ok(Drawing::default()));
    let ours = Drawing::default().encode_to_bytes();
    assert_eq!(value_of(&ours, 5), [STOP], "a union of no member");
    assert_eq!(value_of(&ours, 1), Circle::default().encode_to_bytes());
    assert_eq!(kitex.text::<Drawing>(&ours), kitex.text::<Drawing>(&blank));
}

#[test]
fn a_union_of_no_member_is_read_by_both_and_written_by_ours() {
    let Some(kitex) = kitex() else { return };
    let bytes = Shape::Unset.encode_to_bytes();
    assert_eq!(&bytes[..], [STOP]);
    assert_eq!(decode(&bytes), Ok(Shape::Unset));
    assert_eq!(kitex.text::<Shape>(&bytes).as_deref(), Ok("Shape{}"));
    let error = kitex
        .echo::<Shape>(&bytes)
        .expect_err("they do not write it");
    assert!(
        error.contains("exactly one field must be set (0 set)"),
        "{error}"
    );
}

/// Ours holds one member, the last; Kitex holds all, and panics when it has to write them.
#[test]
fn of_several_members_the_last_one_counts() {
    let Some(kitex) = kitex() else { return };
    let square = Field::new(DOUBLE, 2, &2.5_f64.to_be_bytes());
    let hidden = Field::new(BOOL, 8, &[1]);
    let bytes = join(&[hidden.clone(), square.clone()]);
    assert_eq!(decode(&bytes), Ok(Shape::Square(2.5)));
    assert_eq!(decode(&join(&[square, hidden])), Ok(Shape::Hidden(true)));
    let text = kitex.text::<Shape>(&bytes);
    assert_eq!(text.as_deref(), Ok("Shape{square: 2.5, hidden: true}"));
    let error = kitex
        .echo::<Shape>(&bytes)
        .expect_err("they do not write it");
    assert!(
        error.contains("exactly one field must be set (2 set)"),
        "{error}"
    );
}

/// Without `optional`, a chain of structs ends in Kitex with an empty struct, which is one more link to any
/// reader. Ours ends it by leaving the field out, which Kitex reads as nil.
#[test]
fn recursion_without_optional_ends_on_both_sides() {
    let Some(kitex) = kitex() else { return };
    let fresh = kitex.fresh::<Chain>().expect("one link");
    assert_eq!(value_of(&fresh, 2), [STOP]);
    let two_links = Chain {
        next: Some(Box::default()),
        ..Chain::default()
    };
    assert_eq!(decode(&fresh), Ok(two_links));
    let text = kitex.text::<Chain>(&Chain::default().encode_to_bytes());
    assert_eq!(text.as_deref(), Ok("Chain{label: \"\", next: nil}"));
}

#[test]
fn empty_structs_are_one_byte() {
    let Some(kitex) = kitex() else { return };
    assert_eq!(kitex.fresh::<Empty>(), Ok(Empty {}.encode_to_bytes()));
}

/// A set is a slice in Go: what is in it twice is written and read twice. Ours counts it once.
#[test]
fn elements_that_a_set_has_twice() {
    let Some(kitex) = kitex() else { return };
    let sevens = [&[I32], &2_i32.to_be_bytes()[..], &[0, 0, 0, 7, 0, 0, 0, 7]].concat();
    let bytes = only(SET, 11, &sevens);
    let theirs = kitex.echo::<Containers>(&bytes).expect("they do not mind");
    assert_eq!(value_of(&theirs, 11), sevens);
    let ours: Containers = decode(&bytes).expect("nor do we");
    assert_eq!(Vec::from_iter(ours.ints), [7]);
}

#[test]
fn of_equal_keys_the_last_one_counts() {
    let Some(kitex) = kitex() else { return };
    let pair = |key: &[u8], value: i32| [key, &value.to_be_bytes()].concat();
    let map = |key_type, pairs: [Vec<u8>; 2]| {
        [&[key_type, I32, 0, 0, 0, 2][..], &pairs.concat()].concat()
    };
    let text = |bytes: &Bytes| kitex.text::<Keys>(bytes).expect("they do not mind");

    let words = only(
        MAP,
        7,
        &map(STRING, [1, 2].map(|n| pair(b"\0\0\0\x01k", n))),
    );
    let ours: Keys = decode(&words).expect("nor do we");
    assert_eq!(ours.by_text, HashMap::from([("k".into(), 2)]));
    assert!(text(&words).contains("by_text: map[\"k\": 2]"));

    // A struct as a key is a pointer in Go, so that equal ones are two.
    let point = Point { x: 1, y: 1 };
    let key = point.encode_to_bytes();
    let points = only(MAP, 10, &map(STRUCT, [1, 2].map(|n| pair(&key, n))));
    let ours: Keys = decode(&points).expect("nor do we");
    assert_eq!(ours.by_point, HashMap::from([(point, 2)]));
    assert!(text(&points).contains("Point{x: 1, y: 1}: 1, Point{x: 1, y: 1}: 2"));

    // -0 is another key than 0 with us and the same in Go, which keeps the key that came last too.
    let zeros = [(0.0_f64, 1), (-0.0, 2)].map(|(key, n)| pair(&key.to_be_bytes(), n));
    let zeros = only(MAP, 6, &map(DOUBLE, zeros));
    let ours: Keys = decode(&zeros).expect("nor do we");
    assert_eq!(ours.by_real.len(), 2);
    assert!(text(&zeros).contains("by_real: map[-0: 2]"));

    // NaN is the same key as itself with us and never in Go.
    let not_numbers = [1, 2].map(|n| pair(&f64::NAN.to_be_bytes(), n));
    let not_numbers = only(MAP, 6, &map(DOUBLE, not_numbers));
    let ours: Keys = decode(&not_numbers).expect("nor do we");
    assert_eq!(ours.by_real, HashMap::from([(f64::NAN.into(), 2)]));
    assert_eq!(text(&not_numbers).matches("NaN").count(), 2);
}

#[test]
fn nothing_but_1_is_true() {
    let Some(kitex) = kitex() else { return };
    for byte in 0..=255 {
        let flag: Scalars = decode(&only(BOOL, 1, &[byte])).expect("a boolean");
        let text = kitex
            .text::<Scalars>(&only(BOOL, 1, &[byte]))
            .expect("a boolean");
        assert_eq!(flag.flag, byte == 1);
        assert!(text.starts_with(&format!("Scalars{{flag: {},", byte == 1)));
    }
    let list = only(LIST, 1, &[BOOL, 0, 0, 0, 3, 0xff, 1, 2]);
    let ours: Containers = decode(&list).expect("booleans");
    assert_eq!(ours.flags, [false, true, false]);
    let theirs = kitex.text::<Containers>(&list).expect("booleans");
    assert!(theirs.starts_with("Containers{flags: [false, true, false],"));
}

/// Kitex does not look at the element type and takes the bytes for what the IDL says. Ours refuses them: values
/// made up from other values help nobody. Of an empty container neither side cares.
#[test]
fn elements_of_another_type_are_refused() {
    let Some(kitex) = kitex() else { return };
    let integer = only(
        LIST,
        6,
        &[&[I64, 0, 0, 0, 1][..], &1_i64.to_be_bytes()].concat(),
    );
    let text = kitex
        .text::<Containers>(&integer)
        .expect("they do not look");
    assert!(text.contains("reals: [5e-324]"), "{text}");
    let expected = DecodeErrorKind::ElementType {
        expected: DOUBLE,
        found: I64,
    };
    assert_eq!(why_not::<Containers>(&integer), expected);
    let empty = only(LIST, 6, &[0, 0, 0, 0, 0]);
    assert_eq!(decode(&empty), Ok(Containers::default()));
    assert!(kitex.text::<Containers>(&empty).is_ok());
}

/// A string in Go is any bytes; in Rust it is text.
#[test]
fn a_string_that_is_not_utf8_is_for_binary_fields() {
    let Some(kitex) = kitex() else { return };
    let string = b"\0\0\0\x01\xff";
    assert!(kitex.text::<Scalars>(&only(STRING, 8, string)).is_ok());
    assert_eq!(
        why_not::<Scalars>(&only(STRING, 8, string)),
        DecodeErrorKind::Utf8
    );
    let binary: Scalars = decode(&only(STRING, 9, string)).expect("any bytes");
    assert_eq!(binary.blob, Bytes::from_static(b"\xff"));
}

/// In what it skips, Kitex counts structs and containers up to 64, as ours does. Through what it knows it goes to
/// any depth, since its stack grows; ours counts structs there too.
#[test]
fn nesting_is_bounded() {
    let Some(kitex) = kitex() else { return };
    let unknown = |depth: usize| {
        let lists = [LIST, 0, 0, 0, 1].repeat(depth - 1);
        only(LIST, 1000, &[&lists[..], &[LIST, 0, 0, 0, 0]].concat())
    };
    let ours = (1..100).rfind(|depth| decode::<Empty>(&unknown(*depth)).is_ok());
    let theirs = (1..100).rfind(|depth| kitex.text::<Empty>(&unknown(*depth)).is_ok());
    assert_eq!((ours, theirs), (Some(64), Some(64)));

    let tree = |depth| {
        let branch = |tree: Bytes, _| only(STRUCT, 2, &tree);
        (1..depth).fold(join(&[]), branch)
    };
    let ours = (1..100).rfind(|depth| decode::<Tree>(&tree(*depth)).is_ok());
    assert_eq!(ours, Some(64));
    assert!(kitex.text::<Tree>(&tree(1000)).is_ok());
    assert_eq!(why_not::<Tree>(&tree(65)), DecodeErrorKind::TooDeep);
}

/// Kitex has no uuid: it does not know how to skip one.
#[test]
fn an_unknown_uuid_is_skipped() {
    let Some(kitex) = kitex() else { return };
    let uuid = only(16, 1000, &[7; 16]);
    assert_eq!(decode(&uuid), Ok(Empty {}));
    let error = kitex.text::<Empty>(&uuid).expect_err("no such type");
    assert!(error.contains("unknown data type 16"), "{error}");
}
