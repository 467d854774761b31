//! What a message becomes in memory: bounded by its length, whatever is in it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use streamgen_runtime::codec::{
    DecodeError, DecodeErrorKind, FieldSink, OrderedF64, Reader, Struct, UnknownFields, VecMap,
    VecSet, decoded_max,
};
use streamgen_runtime::{Error, ErrorKind, FastStr, Message};

/// Bytes of the messages here.
const LEN: usize = 2 * 1024 * 1024;

/// A struct whose fields may all be absent.
#[derive(Debug, Default, Clone, PartialEq)]
struct Wide {
    texts: [Option<FastStr>; 8],
}

impl Struct for Wide {
    const NAME: &'static str = "Wide";

    fn encode_fields<S: FieldSink>(&self, _: &mut S) {}

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {}
        Ok(())
    }
}

/// A message of one field of any type.
#[derive(Debug, Default)]
struct Holder<T>(T, UnknownFields);

impl<T: streamgen_runtime::codec::Value> Struct for Holder<T> {
    const NAME: &'static str = "Holder";

    fn encode_fields<S: FieldSink>(&self, _: &mut S) {}

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more_keeping(&mut self.1, &[1])? {
            fields.field(1, &mut self.0)?;
        }
        Ok(())
    }
}

/// A struct that holds itself.
#[derive(Debug, Default)]
struct Node {
    next: Option<Box<Node>>,
    other: Option<Box<Node>>,
    wide: Wide,
}

impl Struct for Node {
    const NAME: &'static str = "Node";

    fn encode_fields<S: FieldSink>(&self, _: &mut S) {}

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {
            fields.optional(1, &mut self.next)?;
            fields.optional(2, &mut self.other)?;
            fields.field(3, &mut self.wide)?;
        }
        Ok(())
    }
}

/// The bytes of `Holder<T>`: field 1 of this type, `head`, and `element` over and over. `number` makes
/// the bytes at its front differ, for keys.
fn filled(wire_type: u8, head: &[u8], element: &[u8], key: bool) -> Bytes {
    let count = (LEN / element.len()) as u32;
    let mut out = BytesMut::with_capacity(LEN + 64);
    out.put_slice(&[wire_type, 0, 1]);
    out.put_slice(head);
    out.put_u32(count);
    for number in 0..count {
        let start = out.len();
        out.put_slice(element);
        if key {
            out[start..start + 4].copy_from_slice(&number.to_be_bytes());
        }
    }
    out.put_u8(0);
    out.freeze()
}

/// Decodes, and holds what was allocated against what a message of this length may build. While a
/// container grows it holds its old memory too.
fn decode<T: Message>(what: &str, bytes: Bytes) -> Result<(), DecodeError> {
    let max = decoded_max(bytes.len());
    let mut outcome = Ok(());
    let info = allocation_counter::measure(|| outcome = T::decode_from(bytes.clone()).map(drop));
    let peak = usize::try_from(info.bytes_max).unwrap();
    assert!(peak <= max / 2 * 3, "{what}: {peak} bytes of {max}");
    outcome
}

#[track_caller]
fn refused<T: Message>(what: &str, bytes: Bytes) {
    let len = bytes.len();
    let error = decode::<T>(what, bytes).expect_err(what);
    let max = decoded_max(len);
    assert_eq!(
        error.kind(),
        DecodeErrorKind::Decoded { len, max },
        "{what}"
    );
    let error = Error::from(error);
    assert_eq!(error.kind(), ErrorKind::ResourceExhausted);
    let text = format!("message of {len} bytes, once decoded, exceeds the maximum of {max} bytes");
    assert!(error.message().ends_with(&text), "{error}");
}

const STRING: u8 = 11;
const STRUCT: u8 = 12;
const MAP: u8 = 13;
const SET: u8 = 14;
const LIST: u8 = 15;
const BOOL: u8 = 2;
const I32: u8 = 8;

#[test]
fn containers_of_what_is_small_on_the_wire_are_refused() {
    let structs = || filled(LIST, &[STRUCT], &[0], false);
    refused::<Holder<Vec<Wide>>>("list of empty structs", structs());
    refused::<Holder<Vec<Box<Wide>>>>("list of boxed structs", structs());
    refused::<Holder<Vec<Arc<Wide>>>>("list of shared structs", structs());
    let set = filled(SET, &[STRUCT], &[0], false);
    refused::<Holder<VecSet<Wide>>>("set of empty structs", set);
    let map = || filled(MAP, &[I32, STRUCT], &[0, 0, 0, 0, 0], true);
    refused::<Holder<HashMap<i32, Wide>>>("map of empty structs", map());
    refused::<Holder<BTreeMap<i32, Wide>>>("ordered map of empty structs", map());
    refused::<Holder<VecMap<i32, Wide>>>("list of pairs", map());
}

#[test]
fn nested_containers_count_together() {
    // A list of lists, each of which is small.
    let mut inner = vec![STRUCT, 0, 0, 0x10, 0];
    inner.extend([0; 0x1000]);
    let lists = filled(LIST, &[LIST], &inner, false);
    refused::<Holder<Vec<Vec<Wide>>>>("list of lists of empty structs", lists);
    // Sets and maps of one element each.
    let one = [I32, STRUCT, 0, 0, 0, 1, 0, 0, 0, 7, 0];
    let maps = || filled(LIST, &[MAP], &one, false);
    refused::<Holder<Vec<HashMap<i32, Wide>>>>("list of maps", maps());
    refused::<Holder<Vec<BTreeMap<i32, Wide>>>>("list of ordered maps", maps());
}

#[test]
fn a_tree_of_boxes_is_refused() {
    // Both fields of a node lead to nodes, 20 levels deep.
    let tree = (0..20).fold(vec![0], |inner, _| {
        let node = [&[STRUCT, 0, 1][..], &inner, &[STRUCT, 0, 2], &inner, &[0]];
        node.concat()
    });
    refused::<Node>("tree", tree.into());
}

#[test]
fn what_takes_little_more_than_on_the_wire_is_decoded() {
    let strings = || filled(LIST, &[STRING], &[0; 4], false);
    decode::<Holder<Vec<FastStr>>>("empty strings", strings()).unwrap();
    decode::<Holder<Vec<String>>>("empty Strings", strings()).unwrap();
    decode::<Holder<Vec<Bytes>>>("empty binaries", strings()).unwrap();
    let short = filled(LIST, &[STRING], &[0, 0, 0, 1, b'x'], false);
    decode::<Holder<Vec<String>>>("short strings", short).unwrap();
    let bools = filled(LIST, &[BOOL], &[1], false);
    decode::<Holder<Vec<bool>>>("bools", bools).unwrap();
    let lists = filled(LIST, &[LIST], &[BOOL, 0, 0, 0, 0], false);
    decode::<Holder<Vec<Vec<bool>>>>("empty lists", lists).unwrap();
    let numbers = || filled(SET, &[I32], &[0; 4], true);
    decode::<Holder<HashSet<i32>>>("set of numbers", numbers()).unwrap();
    decode::<Holder<BTreeSet<i32>>>("ordered set of numbers", numbers()).unwrap();
    let doubles = filled(LIST, &[4], &[0; 8], false);
    decode::<Holder<Vec<OrderedF64>>>("doubles", doubles).unwrap();
    let map = || filled(MAP, &[I32, STRING], &[0, 0, 0, 0, 0, 0, 0, 0], true);
    decode::<Holder<HashMap<i32, FastStr>>>("map of empty strings", map()).unwrap();
    decode::<Holder<BTreeMap<i32, FastStr>>>("ordered map of empty strings", map()).unwrap();
}

#[test]
fn unknown_fields_cost_what_they_take_on_the_wire_kept_or_skipped() {
    let structs = filled(LIST, &[STRUCT], &[0], false);
    // The same bytes as field 2, which nobody knows.
    let mut unknown = BytesMut::from(&structs[..]);
    unknown[2] = 2;
    let unknown = unknown.freeze();
    decode::<Holder<Vec<Wide>>>("kept", unknown.clone()).unwrap();
    decode::<Wide>("skipped", unknown).unwrap();
    // Many small ones.
    let many: Bytes = [&[BOOL, 0, 2, 1].repeat(LEN / 4)[..], &[0]].concat().into();
    decode::<Holder<Vec<Wide>>>("many kept", many.clone()).unwrap();
    decode::<Wide>("many skipped", many).unwrap();
}

/// A message that is usual, and larger in memory than on the wire.
#[test]
fn many_wide_structs_of_a_short_message_are_decoded() {
    let structs: Vec<u8> = vec![0; 100_000];
    let head = [&[LIST, 0, 1, STRUCT][..], &100_000_u32.to_be_bytes()].concat();
    let bytes = [&head[..], &structs, &[0]].concat();
    decode::<Holder<Vec<Wide>>>("wide structs", bytes.into()).unwrap();
}

mod protobuf {
    use super::*;
    use streamgen_runtime::{prost, prost_types};

    #[derive(Clone, PartialEq, prost::Message)]
    #[prost(prost_path = "::streamgen_runtime::prost")]
    struct Big {
        #[prost(string, optional, tag = "1")]
        a: Option<String>,
        #[prost(string, optional, tag = "2")]
        b: Option<String>,
        #[prost(string, optional, tag = "3")]
        c: Option<String>,
        #[prost(string, optional, tag = "4")]
        d: Option<String>,
        #[prost(message, optional, boxed, tag = "5")]
        left: Option<Box<Big>>,
        #[prost(message, optional, boxed, tag = "6")]
        right: Option<Box<Big>>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    #[prost(prost_path = "::streamgen_runtime::prost")]
    struct All {
        #[prost(message, repeated, tag = "1")]
        messages: Vec<Big>,
        #[prost(string, repeated, tag = "2")]
        strings: Vec<String>,
        #[prost(bytes = "bytes", repeated, tag = "3")]
        binaries: Vec<Bytes>,
        #[prost(map = "int32, message", tag = "4")]
        map: HashMap<i32, Big>,
        #[prost(btree_map = "int32, message", tag = "5")]
        ordered: BTreeMap<i32, Big>,
        #[prost(uint64, repeated, tag = "6")]
        numbers: Vec<u64>,
        #[prost(message, repeated, tag = "7")]
        nested: Vec<All>,
        #[prost(message, optional, tag = "8")]
        json: Option<prost_types::ListValue>,
        #[prost(message, repeated, tag = "9")]
        descriptors: Vec<prost_types::DescriptorProto>,
        #[prost(double, repeated, packed = "false", tag = "10")]
        doubles: Vec<f64>,
        #[prost(group, repeated, tag = "11")]
        groups: Vec<Big>,
    }

    streamgen_runtime::protobuf_messages! { All, Big }

    fn repeated(field: &[u8]) -> Bytes {
        field.repeat(LEN / field.len()).into()
    }

    fn delimited(number: u8, content: &[u8]) -> Vec<u8> {
        let mut field = vec![number << 3 | 2];
        prost::encoding::encode_varint(content.len() as u64, &mut field);
        field.extend(content);
        field
    }

    /// Entries of a map with keys of their own.
    fn entries(number: u8) -> Bytes {
        let mut out = BytesMut::new();
        for key in 0..(LEN / 8) as u64 {
            let mut entry = vec![0x08];
            prost::encoding::encode_varint(key, &mut entry);
            out.put_slice(&delimited(number, &entry));
        }
        out.freeze()
    }

    #[test]
    fn messages_of_what_is_small_on_the_wire_are_refused() {
        refused::<All>("empty messages", repeated(&[0x0a, 0]));
        refused::<All>("empty binaries", repeated(&[0x1a, 0]));
        refused::<All>("map", entries(4));
        refused::<All>("ordered map", entries(5));
        refused::<All>("messages with one element", repeated(&[0x3a, 2, 0x0a, 0]));
        refused::<All>("groups", repeated(&[0x5b, 0x5c]));
        let values = [0x0a, 0].repeat(LEN / 2);
        refused::<All>("values", delimited(8, &values).into());
        refused::<prost_types::ListValue>("values alone", values.clone().into());
        refused::<All>("descriptors", repeated(&[0x4a, 2, 0x12, 0]));
        refused::<prost_types::FileDescriptorSet>("descriptors alone", values.into());
    }

    #[test]
    fn a_tree_of_boxes_is_refused() {
        let tree = (0..18).fold(Vec::new(), |inner: Vec<u8>, _| {
            [delimited(5, &inner), delimited(6, &inner)].concat()
        });
        refused::<Big>("tree", tree.into());
    }

    #[test]
    fn what_takes_little_more_than_on_the_wire_is_decoded() {
        decode::<All>("short strings", repeated(b"\x12\x05short")).unwrap();
        decode::<All>("short binaries", repeated(b"\x1a\x08eight by")).unwrap();
        decode::<All>("packed numbers", delimited(6, &vec![1; LEN]).into()).unwrap();
        decode::<All>("packed one by one", repeated(&[0x32, 1, 1])).unwrap();
        decode::<All>("numbers", repeated(&[0x30, 1])).unwrap();
        decode::<All>("doubles", repeated(&[0x51, 0, 0, 0, 0, 0, 0, 0, 0])).unwrap();
        decode::<All>("unknown fields", repeated(&[0x6a, 0])).unwrap();
        decode::<All>("unknown groups", repeated(&[0x6b, 0x6c])).unwrap();
        let value = delimited(1, &[0x11, 0, 0, 0, 0, 0, 0, 0, 0]);
        decode::<All>(
            "a list of numbers",
            delimited(8, &value.repeat(LEN / 11)).into(),
        )
        .unwrap();
    }

    #[test]
    fn one_message_does_not_pay_for_another() {
        let bytes = Bytes::from([0x0a, 0].repeat(100_000));
        for _ in 0..20 {
            decode::<All>("messages", bytes.clone()).unwrap();
        }
        refused::<All>("empty messages", repeated(&[0x0a, 0]));
        decode::<All>("messages", bytes.clone()).unwrap();
        // prost itself has no bound.
        let large = repeated(&[0x0a, 0]).slice(..LEN / 4);
        let all = <All as prost::Message>::decode(large).unwrap();
        assert_eq!(all.messages.len(), LEN / 8);
    }
}
