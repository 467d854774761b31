//! The Thrift binary codec on a struct written as streamgen writes it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::Bytes;
use proptest::prelude::*;
use streamgen_runtime::codec::{
    DecodeError, Encode, OrderedF64, Reader, Struct, Writer, field_len, optional_len,
};
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
    fn fields_len(&self) -> usize {
        field_len(&self.name)
            + field_len(&self.flag)
            + field_len(&self.weights)
            + field_len(&self.blob)
            + field_len(&self.children)
            + field_len(&self.tags)
            + field_len(&self.by_id)
            + optional_len(&self.maybe)
            + optional_len(&self.boxed)
    }

    fn write_fields(&self, w: &mut Writer<'_>) {
        w.field(1, &self.name);
        w.field(2, &self.flag);
        w.field(3, &self.weights);
        w.field(4, &self.blob);
        w.field(5, &self.children);
        w.field(6, &self.tags);
        w.field(7, &self.by_id);
        w.optional(8, &self.maybe);
        w.optional(32767, &self.boxed);
    }

    fn read_fields(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut node = Self::default();
        let mut seen = 0u64;
        loop {
            match r.head()? {
                0 => break,
                0x000b_0001 => {
                    node.name = r.read()?;
                    seen |= 1;
                }
                0x0002_0002 => node.flag = r.read()?,
                0x000f_0003 => node.weights = r.read()?,
                0x000b_0004 => node.blob = r.read()?,
                0x000f_0005 => node.children = r.read()?,
                0x000e_0006 => node.tags = r.read()?,
                0x000d_0007 => node.by_id = r.read()?,
                0x0008_0008 => node.maybe = Some(r.read()?),
                0x000c_7fff => node.boxed = Some(r.read()?),
                head => r.skip_field(head)?,
            }
        }
        if seen & 1 == 0 {
            return Err(DecodeError::missing("Node", "name"));
        }
        Ok(node)
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
        "required field `name` of `Node` is missing"
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
        assert!(error.starts_with("length"), "{error}");
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

#[test]
fn text_that_is_not_utf8_is_an_error() {
    let error = decode(b"\x0b\0\x01\0\0\0\x01\xff\0").unwrap_err();
    assert_eq!(error.to_string(), "string is not UTF-8");
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
        name: "n".into(),
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
        fn fields_len(&self) -> usize {
            field_len(&self.0)
        }

        fn write_fields(&self, w: &mut Writer<'_>) {
            w.field(-1, &self.0);
        }

        fn read_fields(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
            let mut keys = Self::default();
            loop {
                match r.head()? {
                    0 => return Ok(keys),
                    0x000d_ffff => keys.0 = r.read()?,
                    head => r.skip_field(head)?,
                }
            }
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
        let _ = decode(&bytes);
    }

    #[test]
    fn a_damaged_message_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = sample().encode_to_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = decode(&bytes);
    }
}
