//! Everything of `peer.thrift`.

use streamgen_runtime::Bytes;

use crate::stream_gen::peerthrift::{Choice, Color, Everything, Inner};

/// All samples by name.
pub fn samples() -> Vec<(&'static str, Everything)> {
    vec![
        ("full", full()),
        ("empty", empty()),
        ("least", least()),
        ("most", most()),
    ]
}

/// An Everything whose fields with IDL defaults are zero, as the other samples count from there.
fn zero() -> Everything {
    Everything {
        def_int: 0,
        def_text: Some("".into()),
        def_color: Color(0),
        def_list: Vec::new(),
        def_true: Some(false),
        ..Everything::default()
    }
}

fn inner(id: i32, label: &'static str, next: Option<Inner>) -> Inner {
    Inner {
        id,
        label: label.into(),
        next: next.map(Box::new),
    }
}

fn full() -> Everything {
    let chain = inner(
        6,
        "one",
        Some(inner(7, "two", Some(inner(8, "three", None)))),
    );
    Everything {
        flag: true,
        tiny: 1,
        small: 2,
        medium: 3,
        large: 4,
        real: 0.5,
        text: "text ü 流".into(),
        blob: Bytes::from_static(&[0, 0xff, 0x80]),
        color: Color::BLUE,
        longs: vec![1, -1, i64::MAX],
        tags: ["a".into(), "b".into(), "".into()].into(),
        counts: [("k".into(), 1), ("".into(), -1)].into(),
        names: [(1, "one".into()), (-1, "minus".into())].into(),
        inners: vec![inner(1, "i", Some(inner(2, "j", None))), inner(3, "", None)],
        groups: [
            ("g".into(), vec![inner(4, "g", None)]),
            ("none".into(), vec![]),
        ]
        .into(),
        one: chain,
        maybe_int: Some(9),
        maybe_text: Some("maybe".into()),
        maybe_inner: Some(inner(10, "mi", None)),
        def_int: 1,
        def_text: Some("text".into()),
        def_color: Color::GREEN,
        def_list: vec![4],
        ticks: 11,
        palette: [(Color::BLUE, "b".into()), (Color::NEG, "n".into())].into(),
        blobs: vec![Bytes::from_static(&[1]), Bytes::new()],
        ints: [1, 2, -3].into(),
        must: "must".into(),
        choice: Some(Choice::Number(12)),
        tinies: [(1, 0.5), (-128, -1.0)].into(),
        matrix: vec![vec![true, false], vec![]],
        def_true: Some(false),
        far: 13,
    }
}

/// Every optional field is set, to its zero.
fn empty() -> Everything {
    Everything {
        maybe_int: Some(0),
        maybe_text: Some("".into()),
        maybe_inner: Some(inner(0, "", None)),
        choice: Some(Choice::Number(0)),
        ..zero()
    }
}

fn least() -> Everything {
    Everything {
        tiny: i8::MIN,
        small: i16::MIN,
        medium: i32::MIN,
        large: i64::MIN,
        real: -1e300,
        color: Color::NEG,
        longs: vec![i64::MIN],
        tags: ["".into()].into(),
        counts: [("".into(), i64::MIN)].into(),
        names: [(i64::MIN, "min".into())].into(),
        inners: vec![inner(i32::MIN, "", None)],
        groups: [("".into(), vec![])].into(),
        one: inner(i32::MIN, "", None),
        def_int: i32::MIN,
        def_text: Some("x".into()),
        def_color: Color::NEG,
        def_list: vec![i32::MIN],
        ticks: i64::MIN,
        palette: [(Color::NEG, "".into())].into(),
        blobs: vec![Bytes::new()],
        ints: [i32::MIN].into(),
        choice: Some(Choice::Text("".into())),
        tinies: [(i8::MIN, -1e300)].into(),
        matrix: vec![vec![]],
        far: i32::MIN,
        ..zero()
    }
}

fn most() -> Everything {
    Everything {
        flag: true,
        tiny: i8::MAX,
        small: i16::MAX,
        medium: i32::MAX,
        large: i64::MAX,
        real: f64::INFINITY,
        text: "a\0b".into(),
        blob: (0..=255).collect::<Vec<u8>>().into(),
        color: Color(i32::MAX),
        longs: vec![i64::MAX],
        tags: ["z".into()].into(),
        counts: [("k".into(), i64::MAX)].into(),
        names: [(i64::MAX, "max".into())].into(),
        inners: vec![inner(i32::MAX, "x", None)],
        groups: [("g".into(), vec![inner(5, "h", None)])].into(),
        one: inner(i32::MAX, "x", None),
        maybe_int: Some(i32::MAX),
        maybe_text: Some("x".into()),
        maybe_inner: Some(inner(1, "y", None)),
        def_int: i32::MAX,
        def_text: Some("y".into()),
        def_color: Color::BLUE,
        def_list: vec![i32::MAX],
        ticks: i64::MAX,
        palette: [(Color(i32::MAX), "max".into())].into(),
        blobs: vec![Bytes::from_static(&[0xff, 0xff])],
        ints: [i32::MAX].into(),
        must: "must".into(),
        choice: Some(Choice::Inner(inner(1, "c", None))),
        tinies: [(i8::MAX, 1e300)].into(),
        matrix: vec![vec![true]],
        far: i32::MAX,
        ..zero()
    }
}
