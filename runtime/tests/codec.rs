//! The Thrift binary codec on a struct written as streamgen writes it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::Bytes;
use proptest::prelude::*;
use streamgen_runtime::codec::{DecodeError, Encode, FieldSink, OrderedF64, Reader, Struct};
use streamgen_runtime::{ApplicationException, FastStr, Message};

#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    name: FastStr,
    flag: bool,
    weights: Vec<f64>,
    blob: Bytes,
    children: Vec<Node>,
    tags: HashSet<FastStr>,
    by_id: HashMap<i64, i16>,
    maybe: Option<i32>,
    boxed: Option<Box<Node>>,
}

impl Struct for Node {
    const NAME: &'static str = "Node";

    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        sink.field(1, &self.name);
        sink.field(2, &self.flag);
        sink.field(3, &self.weights);
        sink.field(4, &self.blob);
        sink.field(5, &self.children);
        sink.field(6, &self.tags);
        sink.field(7, &self.by_id);
        sink.optional(8, &self.maybe);
        sink.optional(32767, &self.boxed);
    }

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        let mut seen = [false; 1];
        while fields.more()? {
            fields.required(1, &mut self.name, &mut seen[0])?;
            fields.field(2, &mut self.flag)?;
            fields.field(3, &mut self.weights)?;
            fields.field(4, &mut self.blob)?;
            fields.field(5, &mut self.children)?;
            fields.field(6, &mut self.tags)?;
            fields.field(7, &mut self.by_id)?;
            fields.optional(8, &mut self.maybe)?;
            fields.optional(32767, &mut self.boxed)?;
        }
        fields.check_required(&seen, &[(1, "name")])
    }
}

fn sample() -> Node {
    let leaf = Node {
        name: "leaf".into(),
        maybe: Some(-1),
        ..Node::default()
    };
    Node {
        name: "ü 流".into(),
        flag: true,
        weights: vec![0.5, -1e300, f64::INFINITY],
        blob: vec![7; 1000].into(),
        children: vec![leaf.clone(), leaf.clone()],
        tags: ["a".into(), "".into()].into(),
        by_id: [(1, -1), (i64::MIN, i16::MAX)].into(),
        maybe: None,
        boxed: Some(Box::new(leaf)),
    }
}

fn decode(bytes: &[u8]) -> Result<Node, DecodeError> {
    Node::decode_from(Bytes::copy_from_slice(bytes))
}

/// Whether the bytes are a message. Such a message is written in its announced size, and read as the same.
fn is_read(bytes: &[u8]) -> bool {
    let Ok(node) = decode(bytes) else {
        return false;
    };
    let again = node.encode_to_bytes();
    assert_eq!(again.len(), node.encoded_len());
    // Which is not equal to itself.
    let holds_nan = format!("{node:?}").contains("NaN");
    let read = decode(&again).expect("what is written is read");
    assert!(holds_nan || read == node, "{read:?}\n{node:?}");
    true
}

#[test]
fn what_is_written_is_read() {
    let bytes = sample().encode_to_bytes();
    assert_eq!(bytes.len(), sample().encoded_len());
    assert_eq!(decode(&bytes), Ok(sample()));
}

#[test]
fn every_truncated_prefix_is_an_error() {
    let bytes = sample().encode_to_bytes();
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "prefix of {end} bytes");
    }
}

#[test]
fn a_damaged_message_is_read_or_refused() {
    let bytes = sample().encode_to_bytes();
    let (mut read, mut refused) = (0, 0);
    for at in 0..bytes.len() {
        for byte in [0, 1, 11, 0x7f, 0x80, 0xff, bytes[at] ^ 1, bytes[at] ^ 0x40] {
            let mut damaged = bytes.to_vec();
            damaged[at] = byte;
            match is_read(&damaged) {
                true => read += 1,
                false => refused += 1,
            }
        }
    }
    // A thousand bytes are those of a blob, which may be any.
    assert!(read > 8 * 1000 && refused > 500, "{read}, {refused}");
}

#[test]
fn an_application_exception_has_kitex_bytes() {
    let exception = ApplicationException::new(6, "biz error: plain error");
    let expected = b"\x0b\0\x01\0\0\0\x16biz error: plain error\x08\0\x02\0\0\0\x06\0";
    assert_eq!(exception.encode_to_bytes()[..], expected[..]);
}

#[test]
fn unknown_fields_and_fields_of_another_type_are_skipped() {
    // Field 99 holds a map of lists of structs, field 2 an i64 where a bool belongs.
    let bytes = b"\x0d\0\x63\x0b\x0f\0\0\0\x01\0\0\0\x01k\x0c\0\0\0\x01\x02\0\x01\x01\0\
        \x0a\0\x02\0\0\0\0\0\0\0\x01\x0b\0\x01\0\0\0\x01n\0";
    let expected = Node {
        name: "n".into(),
        ..Node::default()
    };
    assert_eq!(decode(bytes), Ok(expected));
}

#[test]
fn fields_may_come_in_any_order() {
    let bytes = b"\x08\0\x08\0\0\0\x05\x0b\0\x01\0\0\0\x01n\0";
    assert_eq!(decode(bytes).unwrap().maybe, Some(5));
}

#[test]
fn a_missing_required_field_is_named() {
    let error = decode(b"\0").unwrap_err();
    assert_eq!(
        error.to_string(),
        "required field `name` (1) of `Node` is missing"
    );
}

#[test]
fn a_claimed_size_is_refused_before_anything_is_allocated() {
    let claims: [&[u8]; 5] = [
        // Strings of 2 GiB and of a negative length, lists of 2^31-1 booleans and structs, a map.
        b"\x0b\0\x01\x7f\xff\xff\xff",
        b"\x0b\0\x01\xff\xff\xff\xff",
        b"\x0f\0\x03\x04\x7f\xff\xff\xff\0\0\0\0\0\0\0\0",
        b"\x0f\0\x05\x0c\x7f\xff\xff\xff\0",
        b"\x0d\0\x07\x0a\x06\x7f\xff\xff\xff\0",
    ];
    for claim in claims {
        let error = decode(claim).unwrap_err().to_string();
        assert!(error.contains("does not fit the message"), "{error}");
    }
}

#[test]
fn nesting_is_bounded_in_reading_and_in_skipping() {
    // Field 5: lists of one struct in each other. Field 98: the same, unknown.
    for id in [5, 98] {
        let level = [0x0f, 0, id, 0x0c, 0, 0, 0, 1];
        let error = decode(&level.repeat(10_000)).unwrap_err();
        assert!(error.to_string().contains("nested deeper"), "{error}");
    }
}

/// Where the value stands does not count: what Kitex skips is skipped at any depth.
#[test]
fn a_value_that_is_skipped_may_nest_64_levels() {
    let unknown = |levels: usize| {
        let lists = [&[15, 0, 98][..], &[15, 0, 0, 0, 1].repeat(levels - 1)].concat();
        [lists, vec![15, 0, 0, 0, 0]].concat()
    };
    let name = [11, 0, 1, 0, 0, 0, 0];
    let boxed = [12, 0x7f, 0xff];
    let within = |outer: usize, levels| {
        let heads = boxed.repeat(outer);
        let innermost = [&unknown(levels)[..], &name, &[0]].concat();
        let ends = [&name[..], &[0]].concat().repeat(outer);
        decode(&[heads, innermost, ends].concat())
    };
    for outer in [0, 1, 63] {
        assert!(within(outer, 64).is_ok(), "{outer} structs");
        assert!(within(outer, 65).is_err(), "{outer} structs");
    }
}

#[test]
fn text_that_is_not_utf8_is_an_error() {
    let error = decode(b"\x0b\0\x01\0\0\0\x01\xff\0").unwrap_err();
    assert_eq!(error.to_string(), "field 1 of `Node`: string is not UTF-8");
}

#[test]
fn only_one_reads_as_true() {
    let read = |byte| {
        decode(&[2, 0, 2, byte, 11, 0, 1, 0, 0, 0, 0, 0])
            .unwrap()
            .flag
    };
    assert!(read(1) && !read(0) && !read(2));
}

#[test]
fn an_empty_container_may_name_any_element_type() {
    let bytes = b"\x0f\0\x03\0\0\0\0\0\x0b\0\x01\0\0\0\0\0";
    assert_eq!(decode(bytes).unwrap().weights, Vec::<f64>::new());
}

#[test]
fn a_small_value_does_not_keep_a_large_message_alive() {
    let node = Node {
        name: "n".repeat(100_000).into(),
        blob: vec![1; 100].into(),
        ..Node::default()
    };
    let message = node.encode_to_bytes();
    let read = Node::decode_from(message.clone()).unwrap();
    assert!(
        !message.as_ptr_range().contains(&read.blob.as_ptr()),
        "copied"
    );

    let node = Node {
        blob: vec![1; 100_000].into(),
        ..node
    };
    let message = node.encode_to_bytes();
    let read = Node::decode_from(message.clone()).unwrap();
    assert!(
        message.as_ptr_range().contains(&read.blob.as_ptr()),
        "shared"
    );
}

#[test]
fn ordered_containers_and_doubles_as_keys_round_trip() {
    #[derive(Debug, Default, PartialEq)]
    struct Keys(BTreeMap<OrderedF64, BTreeSet<i32>>);

    impl Struct for Keys {
        const NAME: &'static str = "Keys";

        fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
            sink.field(-1, &self.0);
        }

        fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
            let mut fields = r.fields(Self::NAME);
            while fields.more()? {
                fields.field(-1, &mut self.0)?;
            }
            Ok(())
        }
    }

    let keys = Keys(
        [
            (OrderedF64(f64::NAN), [1, -1].into()),
            (OrderedF64(-0.0), [].into()),
        ]
        .into(),
    );
    assert_eq!(Keys::decode_from(keys.encode_to_bytes()), Ok(keys));
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = (
        any::<String>(),
        any::<bool>(),
        any::<Vec<u8>>(),
        any::<Option<i32>>(),
    )
        .prop_map(|(name, flag, blob, maybe)| Node {
            name: name.into(),
            flag,
            blob: blob.into(),
            maybe,
            ..Node::default()
        });
    leaf.prop_recursive(4, 32, 4, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..4)).prop_map(|(node, children)| Node {
            boxed: children.first().cloned().map(Box::new),
            children,
            ..node
        })
    })
}

proptest! {
    #[test]
    fn any_value_survives(node in node()) {
        prop_assert_eq!(Node::decode_from(node.encode_to_bytes()), Ok(node));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        is_read(&bytes);
    }
}
