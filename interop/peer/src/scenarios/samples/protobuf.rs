//! Everything of `peer.proto`.

use std::collections::HashMap;

use streamgen_runtime::Bytes;

use crate::protobuf_gen::peerpb::everything::Choice;
use crate::protobuf_gen::peerpb::{Color, Everything, Inner};

/// All samples by name.
pub fn samples() -> Vec<(&'static str, Everything)> {
    vec![
        ("full", full()),
        ("empty", empty()),
        ("least", least()),
        ("most", most()),
    ]
}

fn inner(id: i32, label: &str, next: Option<Inner>) -> Inner {
    Inner {
        id,
        label: label.to_owned(),
        next: next.map(Box::new),
    }
}

fn full() -> Everything {
    let chain = inner(7, "two", Some(inner(8, "three", None)));
    Everything {
        flag: true,
        i32: 3,
        i64: 4,
        u32: 5,
        u64: 6,
        s32: -7,
        s64: -8,
        f32: 9,
        f64: 10,
        sf32: -11,
        sf64: -12,
        real32: 0.5,
        real64: 0.25,
        text: "text ü 流".to_owned(),
        blob: Bytes::from_static(&[0, 0xff, 0x80]),
        color: Color::Blue.into(),
        longs: vec![1, -1, i64::MAX],
        longs_unpacked: vec![2, -2],
        tags: ["a", "b", ""].map(str::to_owned).into(),
        counts: HashMap::from([("k".to_owned(), 1), (String::new(), -1)]),
        names: HashMap::from([(1, "one".to_owned()), (-1, "minus".to_owned())]),
        inners: vec![inner(1, "i", Some(inner(2, "j", None))), inner(3, "", None)],
        groups: HashMap::from([
            ("g".to_owned(), inner(4, "g", None)),
            ("none".to_owned(), inner(0, "", None)),
        ]),
        one: Some(inner(6, "one", Some(chain))),
        maybe_int: Some(9),
        maybe_text: Some("maybe".to_owned()),
        choice: Some(Choice::Number(12)),
        flags: HashMap::from([(true, Bytes::from_static(&[1])), (false, Bytes::new())]),
        colors: vec![Color::Blue.into(), Color::Neg.into()],
        reals: vec![0.5, -1.0],
        far: 13,
    }
}

/// What has presence is there, as zero.
fn empty() -> Everything {
    Everything {
        one: Some(Inner::default()),
        maybe_int: Some(0),
        maybe_text: Some(String::new()),
        choice: Some(Choice::Number(0)),
        ..Everything::default()
    }
}

fn least() -> Everything {
    Everything {
        i32: i32::MIN,
        i64: i64::MIN,
        s32: i32::MIN,
        s64: i64::MIN,
        sf32: i32::MIN,
        sf64: i64::MIN,
        real32: -1e30,
        real64: -1e300,
        color: Color::Neg.into(),
        longs: vec![i64::MIN],
        longs_unpacked: vec![i64::MIN],
        tags: vec![String::new()],
        counts: HashMap::from([(String::new(), i64::MIN)]),
        names: HashMap::from([(i64::MIN, "min".to_owned())]),
        inners: vec![inner(i32::MIN, "", None)],
        groups: HashMap::from([(String::new(), Inner::default())]),
        choice: Some(Choice::Word(String::new())),
        flags: HashMap::from([(false, Bytes::new())]),
        colors: vec![Color::Neg.into()],
        reals: vec![-1e300],
        far: i32::MIN,
        ..Everything::default()
    }
}

fn most() -> Everything {
    Everything {
        flag: true,
        i32: i32::MAX,
        i64: i64::MAX,
        u32: u32::MAX,
        u64: u64::MAX,
        s32: i32::MAX,
        s64: i64::MAX,
        f32: u32::MAX,
        f64: u64::MAX,
        sf32: i32::MAX,
        sf64: i64::MAX,
        real32: f32::INFINITY,
        real64: f64::INFINITY,
        text: "a\0b".to_owned(),
        blob: (0..=255).collect::<Vec<u8>>().into(),
        color: i32::MAX,
        longs: vec![i64::MAX],
        longs_unpacked: vec![i64::MAX],
        tags: vec!["z".to_owned()],
        counts: HashMap::from([("k".to_owned(), i64::MAX)]),
        names: HashMap::from([(i64::MAX, "max".to_owned())]),
        inners: vec![inner(i32::MAX, "x", None)],
        groups: HashMap::from([("g".to_owned(), inner(5, "h", None))]),
        one: Some(inner(i32::MAX, "x", None)),
        maybe_int: Some(i32::MAX),
        maybe_text: Some("x".to_owned()),
        choice: Some(Choice::Inner(inner(1, "c", None))),
        flags: HashMap::from([(true, Bytes::from_static(&[0xff, 0xff]))]),
        colors: vec![i32::MAX],
        reals: vec![f64::INFINITY],
        far: i32::MAX,
    }
}
