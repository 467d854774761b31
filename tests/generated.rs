//! What generated types hold and how they travel, seen on the snapshots' own code.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use streamgen_runtime::codec::{Encode as _, OrderedF64};
use streamgen_runtime::{Bytes, FastStr, Message};

#[path = "../snapshots/fields/src/stream_gen/mod.rs"]
mod fields_gen;
#[path = "../snapshots/recursion/src/stream_gen/mod.rs"]
mod recursion_gen;
#[path = "../snapshots/shapes/src/stream_gen/mod.rs"]
mod shapes_gen;
#[path = "../snapshots/types/src/stream_gen/mod.rs"]
mod types_gen;

use fields_gen::samples::fields;
use recursion_gen::samples::recursion;
use shapes_gen::samples::shapes;
use types_gen::samples::types;

fn round_trip<T: Message + PartialEq + std::fmt::Debug>(value: &T) {
    let bytes = value.encode_to_bytes();
    assert_eq!(bytes.len(), value.encoded_len());
    assert_eq!(T::decode_from(bytes).expect("it decodes"), *value);
}

fn text(text: &'static str) -> FastStr {
    FastStr::from_static_str(text)
}

#[test]
fn constants_have_the_values_of_the_idl() {
    const { assert!(fields::YES) };
    assert_eq!(
        (fields::TINY, fields::ANSWER, fields::HUGE),
        (-128, 42, i64::MAX)
    );
    assert_eq!(fields::RATIO, 0.75);
    assert_eq!(fields::GREETING, "hello \"world\"\n");
    assert_eq!(fields::MAGIC, b"\0\x01PNG");
    assert_eq!(fields::LOUD, fields::Level(10));
    assert_eq!(*fields::PRIMES, [2, 3, 5, 7, 11, 13]);
    assert_eq!(fields::VOWELS.len(), 5);
    assert_eq!(fields::DIGITS.get("three"), Some(&3));
    assert_eq!(fields::WORDS[&1], ["a", "b"]);
    assert_eq!(fields::WORDS[&2], [] as [&str; 0]);
    assert!(fields::NONE.is_empty() && fields::NO_WORDS.is_empty());
    // What a struct constant does not name has the default of its own field.
    let strict = fields::Limits {
        depth: 3,
        width: Some(80),
        label: text("none"),
    };
    assert_eq!(*fields::STRICT, strict);
    assert_eq!(fields::PRESETS[1].label, "wide");
}

#[test]
fn defaults_are_those_of_the_idl() {
    let found = fields::Defaults::default();
    let expected = fields::Defaults {
        flag: true,
        number: 42,
        maybe_number: Some(7),
        ratio: 1.0,
        text: text("text"),
        maybe_text: Some(text("hello \"world\"\n")),
        blob: Bytes::from_static(b"raw"),
        level: fields::Level::LOW,
        unnamed: fields::Level(3),
        numbers: vec![1, 2, 3],
        tags: HashSet::from([text("x")]),
        weights: HashMap::from([(text("half"), 0.5), (text("whole"), 1.0)]),
        limits: fields::Limits {
            depth: 1,
            width: Some(2),
            label: text("small"),
        },
        maybe_limits: Some(fields::STRICT.clone()),
        nothing: Vec::new(),
        required_with_default: -1,
    };
    assert_eq!(found, expected);
    round_trip(&found);
}

/// A field that is not on the wire has its default (`thrift-idl.md` 15), and a required one must be.
#[test]
fn absent_fields() {
    const STOP: &[u8] = &[0];
    let limits = fields::Limits::decode_from(Bytes::from_static(STOP)).expect("all may be absent");
    assert_eq!(limits, fields::Limits::default());
    let error = fields::Requiredness::decode_from(Bytes::from_static(STOP)).expect_err("one must");
    let error = error.to_string();
    assert!(
        error.contains("must") && error.contains("Requiredness"),
        "{error}"
    );
}

#[test]
fn every_type_travels() {
    let point = types::Point { x: 1, y: -1 };
    round_trip(&types::Scalars {
        flag: true,
        tiny: -1,
        also_tiny: i8::MIN,
        small: i16::MIN,
        medium: i32::MIN,
        large: i64::MIN,
        real: -0.5,
        text: text("é"),
        blob: Bytes::from_static(&[0, 255]),
        unit: types::Unit::SECOND,
        point: point.clone(),
        height: 8848.86,
    });
    let group = BTreeSet::from([3, 1, 2]);
    round_trip(&types::Containers {
        numbers: vec![1, 2],
        tags: HashSet::from([text("a")]),
        counts: HashMap::from([(text("a"), 1)]),
        by_unit: HashMap::from([(types::Unit(7), vec![point.clone()])]),
        matrix: vec![vec![true], vec![]],
        nested: HashMap::from([(
            text("a"),
            HashMap::from([(1, vec![Bytes::from_static(b"b")])]),
        )]),
        atlas: HashMap::from([(text("path"), vec![point.clone()])]),
        names: HashMap::from([(point.clone(), text("corner"))]),
        corners: HashSet::from([point]),
        by_height: HashMap::from([(OrderedF64(1.5), text("low"))]),
        curves: HashSet::from([vec![OrderedF64(0.5)]]),
        by_group: HashMap::from([(group, text("three"))]),
        profiles: HashSet::from([BTreeMap::from([(text("a"), OrderedF64(1.0))])]),
    });
    round_trip(&types::Empty {});
}

/// Fields go over the wire in the order of their ids, whatever the order in the IDL.
#[test]
fn ids_ascend_on_the_wire() {
    let value = types::Scattered {
        last: text("l"),
        ..types::Scattered::default()
    };
    let bytes = value.encode_to_bytes();
    let mut ids = Vec::new();
    let mut rest = &bytes[..];
    while let [11, high, low, 0, 0, 0, len, ..] = *rest {
        ids.push(i16::from_be_bytes([high, low]));
        rest = &rest[7 + usize::from(len)..];
    }
    assert_eq!(ids, [-2, 7, 30, 32767]);
    round_trip(&value);
}

#[test]
fn enums_keep_unknown_numbers() {
    let unknown = shapes::Status(7);
    assert_eq!(
        (unknown.name(), unknown.to_string()),
        (None, "7".to_owned())
    );
    assert_eq!(shapes::Status::RETIRED.name(), Some("RETIRED"));
    assert_eq!(
        shapes::Status::from_name("far_away"),
        Some(shapes::Status::FAR_AWAY)
    );
    assert_eq!(shapes::Status::VALUES.len(), 4);
    assert_eq!(shapes::Nothing::from_name("x"), None);
    round_trip(&shapes::Denied {
        message: None,
        status: unknown,
    });
}

/// Kitex writes a union that is nil as an empty struct (`thrift-idl.md` 9.5).
#[test]
fn unions_know_what_they_do_not_know() {
    round_trip(&shapes::Shape::Cluster(vec![shapes::Circle {
        radius: 1.0,
    }]));
    round_trip(&shapes::Shape::Unset);
    round_trip(&shapes::Void::Unset);
    round_trip(&shapes::Taken::Unset(1));
    assert_eq!(shapes::Taken::default(), shapes::Taken::Unset_);
    let newer = Bytes::from_static(&[3, 0, 99, 1, 0]); // 99: i8 1
    let shape = shapes::Shape::decode_from(newer).expect("unknown members are no error");
    assert_eq!(shape, shapes::Shape::Unknown { id: 99 });
}

#[test]
fn exceptions_say_their_message_and_nothing_else() {
    let message = |message| {
        shapes::Denied {
            message,
            status: shapes::Status::ACTIVE,
        }
        .to_string()
    };
    assert_eq!(message(Some(text("no"))), "Denied: no");
    assert_eq!(message(None), "Denied");
    assert_eq!(
        shapes::NotFound {
            id: 1,
            message: text("gone")
        }
        .to_string(),
        "NotFound: gone"
    );
    assert_eq!(shapes::Broken {}.to_string(), "Broken");
}

#[test]
fn recursive_types_are_finite() {
    let tail = recursion::Node {
        value: 2,
        next: None,
    };
    round_trip(&recursion::Node {
        value: 1,
        next: Some(Box::new(tail)),
    });
    // Neither side is optional in the IDL.
    assert_eq!(recursion::Chicken::default().egg, None);
    round_trip(&recursion::Chicken {
        egg: Some(Box::new(recursion::Egg { chicken: None })),
    });
    let one = || Box::new(recursion::Expression::Number(1));
    round_trip(&recursion::Expression::Sum(Box::new(recursion::Sum {
        left: one(),
        right: Box::new(recursion::Expression::Negated(one())),
    })));
}
