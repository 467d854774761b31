//! One message from JSON to Thrift's bytes, or back, in three ways: by the IDL (ours), by serde_json and a
//! generated type with that type's codec, and by serde_json and that type alone, which is only half of the way.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde::de::DeserializeOwned;
use streamgen_dynamic::{JsonOptions, MessageType, Provider};
use streamgen_runtime::Message;

use crate::content;
use crate::rounds::Run;
use crate::stream_gen::echo::{Items, Medium, Small};

/// The IDL of all shapes.
pub const IDL: &str = include_str!("../idl/echo.thrift");

/// Measures three ways from JSON to Thrift's bytes: streamgen-dynamic; serde_json and the generated type's codec;
/// serde_json with that type alone, which makes no bytes.
#[must_use]
pub fn to_thrift(shape: &str) -> [Run; 3] {
    let json = content::json(shape).into_bytes();
    let (message, options) = (message(shape), JsonOptions::new());
    let ours = json.clone();
    let ours: Run = Box::new(move |count| {
        let mut out = Vec::new();
        for _ in 0..count {
            out.clear();
            let put = message.to_wire(black_box(&ours), &options, &mut out);
            put.expect("the message fits");
            black_box(&out);
        }
    });
    let [both, alone] = match content::type_of(shape) {
        "Small" => typed_to_thrift::<Small>(json),
        "Medium" => typed_to_thrift::<Medium>(json),
        _ => typed_to_thrift::<Items>(json),
    };
    [ours, both, alone]
}

/// Measures the same three ways back, from Thrift's bytes to JSON.
#[must_use]
pub fn to_json(shape: &str) -> [Run; 3] {
    let (message, options) = (message(shape), JsonOptions::new());
    let wire = wire(shape);
    let ours = wire.clone();
    let ours: Run = Box::new(move |count| {
        let mut out = Vec::new();
        for _ in 0..count {
            out.clear();
            let put = message.to_json(black_box(&ours), &options, &mut out);
            put.expect("it is such a message");
            black_box(&out);
        }
    });
    let [both, alone] = match content::type_of(shape) {
        "Small" => typed_to_json::<Small>(wire),
        "Medium" => typed_to_json::<Medium>(wire),
        _ => typed_to_json::<Items>(wire),
    };
    [ours, both, alone]
}

/// The bytes of a shape's message.
#[must_use]
pub fn wire(shape: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    let json = content::json(shape);
    message(shape)
        .to_wire(json.as_bytes(), &JsonOptions::new(), &mut wire)
        .expect("the message fits");
    wire
}

fn message(shape: &str) -> MessageType {
    let schema = Provider::text("echo.thrift", IDL).load();
    let schema = schema.expect("the IDL is right");
    let message = schema.message(content::type_of(shape));
    message.expect("the IDL has the shape")
}

fn typed_to_thrift<T: DeserializeOwned + Message + 'static>(json: Vec<u8>) -> [Run; 2] {
    let again = json.clone();
    let read = |json: &[u8]| serde_json::from_slice::<T>(black_box(json)).expect("it fits");
    let both = Box::new(move |count| {
        let mut out = BytesMut::new();
        for _ in 0..count {
            out.clear();
            read(&json).encode_to(&mut out);
            black_box(&out);
        }
    });
    let alone = Box::new(move |count| {
        for _ in 0..count {
            black_box(read(&again));
        }
    });
    [both, alone]
}

fn typed_to_json<T: Serialize + Message + 'static>(wire: Vec<u8>) -> [Run; 2] {
    let wire = Bytes::from(wire);
    let read = |wire: &Bytes| T::decode_from(black_box(wire).clone()).expect("it is a message");
    let message = read(&wire);
    let both = Box::new(move |count| {
        let mut out = Vec::new();
        for _ in 0..count {
            out.clear();
            serde_json::to_writer(&mut out, &read(&wire)).expect("a Vec takes all");
            black_box(&out);
        }
    });
    let alone = Box::new(move |count| {
        let mut out = Vec::new();
        for _ in 0..count {
            out.clear();
            serde_json::to_writer(&mut out, black_box(&message)).expect("a Vec takes all");
            black_box(&out);
        }
    });
    [both, alone]
}
