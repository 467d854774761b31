//! A few values written out: round trips alone would not see two fields that are swapped both ways.

use std::collections::{HashMap, HashSet};

use interop_codec::stream_gen::codec::containers::{Keys, Nested, Point};
use interop_codec::stream_gen::codec::defaults::{Defaults, Limits, RequiredDefaults};
use interop_codec::stream_gen::codec::scalars::{Aliases, Color, Scalars, Scattered};
use interop_codec::stream_gen::codec::shapes::{Husband, NotFound, Shape, Tree, Wife};
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::{Encode as _, Struct};

use crate::go::kitex;

/// Kitex reads `value` as `text`.
fn assert_text<T: Struct>(value: &T, text: &str) {
    let Some(kitex) = kitex() else { return };
    assert_eq!(
        kitex.text::<T>(&value.encode_to_bytes()).as_deref(),
        Ok(text)
    );
}

#[test]
fn scalars() {
    let smallest = Scalars {
        flag: true,
        tiny: i8::MIN,
        also_tiny: -1,
        small: i16::MIN,
        medium: i32::MIN,
        large: i64::MIN,
        real: f64::NEG_INFINITY,
        text: "größer\0 🦀".into(),
        blob: Bytes::from_static(b"\xff\0"),
        color: Color::NEG,
    };
    assert_text(
        &smallest,
        "Scalars{flag: true, tiny: -128, also_tiny: -1, small: -32768, medium: -2147483648, \
         large: -9223372036854775808, real: -Inf, text: \"größer\\x00 🦀\", blob: 0xff00, color: NEG}",
    );
    let odd = Scalars {
        real: -0.0,
        color: Color(77),
        ..Scalars::default()
    };
    assert_text(
        &odd,
        "Scalars{flag: false, tiny: 0, also_tiny: 0, small: 0, medium: 0, large: 0, real: -0, text: \"\", \
         blob: 0x, color: 77}",
    );
}

#[test]
fn typedefs() {
    let aliases = Aliases {
        moment: 1,
        maybe_moment: Some(-2),
        shade: Color::GREEN,
        maybe_shade: Some(Color::BLUE),
        name: "n".into(),
        raw: Some(Bytes::from_static(b"r")),
        moments: vec![3, 4],
        shades: HashMap::from([("far".into(), Color::FAR)]),
    };
    assert_text(
        &aliases,
        "Aliases{moment: 1, maybe_moment: -2, shade: GREEN, maybe_shade: BLUE, name: \"n\", raw: 0x72, \
         moments: [3, 4], shades: map[\"far\": FAR]}",
    );
}

#[test]
fn ids_that_are_negative_large_or_left_out() {
    let scattered = Scattered {
        highest: 1,
        below: 2,
        middle: "3".into(),
        implicit: 4,
        lowest: Some("5".into()),
        two_bytes: 6,
        one_byte: Some(true),
    };
    assert_text(
        &scattered,
        "Scattered{highest: 1, below: 2, middle: \"3\", implicit: 4, lowest: \"5\", two_bytes: 6, one_byte: true}",
    );
}

#[test]
fn keys_of_many_types() {
    let point = |x| Point { x, y: -x };
    let keys = Keys {
        by_flag: HashMap::from([(true, 1)]),
        by_tiny: HashMap::from([(-2, 2)]),
        by_small: HashMap::from([(-3, 3)]),
        by_medium: HashMap::from([(-4, 4)]),
        by_large: HashMap::from([(-5, 5)]),
        by_real: HashMap::from([(6.5.into(), 6)]),
        by_text: HashMap::from([("seven".into(), 7)]),
        by_blob: HashMap::from([(Bytes::from_static(b"\x08"), 8)]),
        by_color: HashMap::from([(Color::RED, 9)]),
        by_point: HashMap::from([(point(1), 10)]),
        points: HashSet::from([point(1), point(2)]),
        reals: HashSet::from([0.5.into()]),
        rows: HashSet::from([vec![1, 2], vec![]]),
    };
    assert_text(
        &keys,
        "Keys{by_flag: map[true: 1], by_tiny: map[-2: 2], by_small: map[-3: 3], by_medium: map[-4: 4], \
         by_large: map[-5: 5], by_real: map[6.5: 6], by_text: map[\"seven\": 7], by_blob: map[\"\\b\": 8], \
         by_color: map[RED: 9], by_point: map[Point{x: 1, y: -1}: 10], \
         points: set[Point{x: 1, y: -1}, Point{x: 2, y: -2}], reals: set[0.5], rows: set[[1, 2], []]}",
    );
}

#[test]
fn containers_in_containers() {
    let nested = Nested {
        matrix: vec![vec![true], vec![]],
        deep: HashMap::from([("a".into(), HashMap::from([(1, vec![Bytes::new()])]))]),
        groups: vec![HashSet::from([2])],
        by_color: HashMap::from([(Color::BLUE, vec![Point { x: 3, y: 4 }])]),
        rows: vec![HashMap::new()],
        four: vec![vec![vec![vec!["five".into()]]]],
        ..Nested::default()
    };
    assert_text(
        &nested,
        "Nested{matrix: [[true], []], deep: map[\"a\": map[1: [0x]]], groups: [set[2]], \
         by_color: map[BLUE: [Point{x: 3, y: 4}]], rows: [map[]], four: [[[[\"five\"]]]], alternating: map[], \
         three_maps: map[], atlas: map[]}",
    );
}

#[test]
fn recursion_unions_and_exceptions() {
    let tree = Tree {
        value: 1,
        right: Some(Box::new(Tree {
            value: 2,
            ..Tree::default()
        })),
        ..Tree::default()
    };
    assert_text(
        &tree,
        "Tree{value: 1, right: Tree{value: 2, more: [], named: map[]}, more: [], named: map[]}",
    );
    let couple = Husband {
        name: "he".into(),
        wife: Some(Box::new(Wife {
            name: "she".into(),
            ..Wife::default()
        })),
    };
    assert_text(
        &couple,
        "Husband{name: \"he\", wife: Wife{name: \"she\", former: []}}",
    );
    let shape = Shape::Inner(Box::new(Shape::Raw(Bytes::from_static(b"\x01"))));
    assert_text(&shape, "Shape{inner: Shape{raw: 0x01}}");
    let exception = NotFound {
        id: 404,
        message: "gone".into(),
        extra: Some(HashMap::from([("a".into(), "b".into())])),
    };
    assert_text(
        &exception,
        "NotFound{id: 404, message: \"gone\", extra: map[\"a\": \"b\"]}",
    );
}

#[test]
fn defaults_are_those_of_kitex() {
    let Some(kitex) = kitex() else { return };
    // What is absent has its default on both sides.
    assert_text(
        &Defaults::default(),
        &kitex.text::<Defaults>(&[0]).expect("nothing is required"),
    );
    let fresh = kitex.fresh::<RequiredDefaults>().expect("a value");
    assert_text(
        &RequiredDefaults::default(),
        &kitex
            .text::<RequiredDefaults>(&fresh)
            .expect("it is complete"),
    );
    assert_text(
        &Limits::default(),
        "Limits{depth: 8, width: 80, label: \"none\"}",
    );
}
