//! Required fields that are not there.

use interop_codec::stream_gen::codec::containers::RequiredContainers;
use interop_codec::stream_gen::codec::defaults::RequiredDefaults;
use interop_codec::stream_gen::codec::scalars::RequiredScalars;
use interop_codec::stream_gen::codec::shapes::{Drawing, NotFound};
use interop_codec::stream_gen::codec::versions::{Demanding, Holder};
use streamgen_runtime::codec::wire_type::{BOOL, I8, LIST, MAP, STRING, STRUCT};
use streamgen_runtime::codec::{DecodeErrorKind, Struct};

use crate::bytes::{Field, join, split};
use crate::go::kitex;
use crate::random::Arbitrary;
use crate::values::{decode, random};

/// Takes each of these fields out of a value, and gives each another type: both sides refuse the value and
/// name the field.
fn assert_required<T: Struct + Arbitrary>(fields: &[(i16, &str)]) {
    let Some(kitex) = kitex() else { return };
    let whole = split(&random::<T>(1));
    for (id, name) in fields {
        let others = || whole.iter().filter(|field| field.id != *id).cloned();
        assert_eq!(others().count(), whole.len() - 1, "{name} is there");
        let was = whole.iter().find(|field| field.id == *id);
        let other_type = match was.map(|field| field.wire_type) {
            Some(I8) => Field::new(BOOL, *id, &[1]),
            _ => Field::new(I8, *id, &[1]),
        };
        let without = join(&others().collect::<Vec<_>>());
        let with_other_type = join(&others().chain([other_type]).collect::<Vec<_>>());
        for bytes in [without, with_other_type] {
            let error = decode::<T>(&bytes)
                .err()
                .expect("a required field is missing");
            assert_eq!(error.place(), Some((T::NAME, *id)));
            let expected = format!("required field `{name}` ({id}) of `{}` is missing", T::NAME);
            assert_eq!(error.to_string(), expected);
            let theirs = kitex
                .text::<T>(&bytes)
                .expect_err("a required field is missing");
            assert_eq!(theirs, format!("required field {name} is not set"));
        }
    }
}

#[test]
fn a_required_field_that_is_missing_is_named_by_both() {
    assert_required::<RequiredScalars>(&[
        (1, "flag"),
        (2, "tiny"),
        (3, "also_tiny"),
        (4, "small"),
        (5, "medium"),
        (6, "large"),
        (7, "real"),
        (8, "text"),
        (9, "blob"),
        (10, "color"),
    ]);
    assert_required::<RequiredContainers>(&[(1, "numbers"), (2, "tags"), (3, "points")]);
    assert_required::<Drawing>(&[(3, "must_circle")]);
    assert_required::<NotFound>(&[(1, "id")]);
}

/// A default is for a new value. Bytes without a required field are refused all the same.
#[test]
fn a_default_does_not_stand_in_for_a_required_field() {
    assert_required::<RequiredDefaults>(&[
        (1, "medium"),
        (2, "text"),
        (3, "numbers"),
        (4, "limits"),
    ]);
}

/// `Demanding` without its `flag`, in each place where a struct can stand. The empty one is also what
/// Kitex writes for a nil.
#[test]
fn a_missing_field_deep_inside_refuses_the_whole_value() {
    let Some(kitex) = kitex() else { return };
    let empty = [0];
    let in_list = [&[STRUCT, 0, 0, 0, 1], &empty[..]].concat();
    let in_map = [&[STRING, STRUCT, 0, 0, 0, 1, 0, 0, 0, 1, b'k'], &empty[..]].concat();
    for field in [
        Field::new(STRUCT, 1, &empty),
        Field::new(LIST, 2, &in_list),
        Field::new(MAP, 3, &in_map),
    ] {
        let bytes = join(std::slice::from_ref(&field));
        let error = decode::<Holder>(&bytes).expect_err("no flag");
        assert_eq!(error.kind(), DecodeErrorKind::Missing { field: "flag" });
        assert_eq!(error.place(), Some((Demanding::NAME, 3)));
        let theirs = kitex.text::<Holder>(&bytes).expect_err("no flag");
        assert!(
            theirs.ends_with("required field flag is not set"),
            "{theirs}"
        );
    }
}
