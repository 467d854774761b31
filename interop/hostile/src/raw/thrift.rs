//! Messages of the attacked service as Thrift writes them.

use streamgen_runtime::Bytes;
use streamgen_runtime::codec::Encode;

use crate::stream_gen::hostile::Msg;

/// Types of fields and elements.
const I64: u8 = 10;
const STRING: u8 = 11;
const STRUCT: u8 = 12;
const LIST: u8 = 15;
const STOP: u8 = 0;

/// A `Msg` with an order and a payload of that many bytes.
pub fn msg(order: &'static str, payload: usize) -> Vec<u8> {
    let msg = Msg {
        order: order.into(),
        payload: Bytes::from(vec![b'p'; payload]),
        ..Msg::default()
    };
    msg.encode_to_bytes().to_vec()
}

/// A `Msg` of nothing but that many hollow structs: a byte each.
pub fn hollows(count: usize) -> Vec<u8> {
    let mut bytes = field(LIST, 3);
    bytes.push(STRUCT);
    bytes.extend_from_slice(&(count as u32).to_be_bytes());
    bytes.resize(bytes.len() + count, STOP);
    bytes.push(STOP);
    bytes
}

/// A `Msg` with a `Nest` that is so deep, and has no end.
pub fn deep(depth: usize) -> Vec<u8> {
    let mut bytes = field(STRUCT, 4);
    bytes.extend_from_slice(&field(STRUCT, 1).repeat(depth));
    bytes
}

/// A `Msg` whose list claims 2³¹ - 1 numbers.
pub fn claimed_list() -> Vec<u8> {
    let mut bytes = field(LIST, 5);
    bytes.push(I64);
    bytes.extend_from_slice(&i32::MAX.to_be_bytes());
    bytes
}

/// A `Msg` whose payload claims 2³¹ - 1 bytes.
pub fn claimed_string() -> Vec<u8> {
    let mut bytes = field(STRING, 2);
    bytes.extend_from_slice(&i32::MAX.to_be_bytes());
    bytes
}

fn field(kind: u8, id: u8) -> Vec<u8> {
    vec![kind, 0, id]
}

/// The ping-pong message of a call or a reply, whose body's only field has this id.
fn envelope(kind: u8, seq: i32, id: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80, 0x01, 0, kind];
    bytes.extend_from_slice(&4_u32.to_be_bytes());
    bytes.extend_from_slice(b"Call");
    bytes.extend_from_slice(&seq.to_be_bytes());
    bytes.extend_from_slice(&field(STRUCT, id));
    bytes.extend_from_slice(body);
    bytes.push(STOP);
    bytes
}

/// A call of `Call` with this argument.
pub fn call(seq: i32, msg: &[u8]) -> Vec<u8> {
    envelope(1, seq, 1, msg)
}

/// What `Call` returns.
pub fn reply(seq: i32, msg: &[u8]) -> Vec<u8> {
    envelope(2, seq, 0, msg)
}

/// A message behind its length.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut bytes = (message.len() as u32).to_be_bytes().to_vec();
    bytes.extend_from_slice(message);
    bytes
}
