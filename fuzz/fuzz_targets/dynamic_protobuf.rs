//! JSON and Protobuf bytes by an IDL that is read at run time, in both directions; and descriptor sets.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use streamgen_dynamic::{ConvertError, JsonOptions, MessageType, Provider};

/// One field of each type, and each message of `google.protobuf` that has a form of its own.
const IDL: &str = include_str!("../../dynamic/tests/json/protobuf/mapping.proto");

/// What it imports: groups, required fields, closed enums.
const OLD: &str = include_str!("../../dynamic/tests/json/protobuf/old.proto");

const TYPES: [&str; 3] = ["mapping.Values", "mapping.Known", "old.Old"];

fn types() -> &'static [MessageType; 3] {
    static FOUND: OnceLock<[MessageType; 3]> = OnceLock::new();
    FOUND.get_or_init(|| {
        let texts = [("mapping.proto", IDL), ("old.proto", OLD)];
        let schema = Provider::texts("mapping.proto", texts).load();
        let schema = schema.expect("the IDL is right");
        TYPES.map(|name| schema.message(name).expect("the type is there"))
    })
}

fn json_of(message: &MessageType, wire: &[u8]) -> Result<Vec<u8>, ConvertError> {
    let mut json = Vec::new();
    message.to_json(wire, &JsonOptions::new(), &mut json)?;
    Ok(json)
}

fn wire_of(message: &MessageType, json: &[u8]) -> Result<Vec<u8>, ConvertError> {
    let mut wire = Vec::new();
    message.to_wire(json, &JsonOptions::new(), &mut wire)?;
    Ok(wire)
}

/// What JSON became is JSON again, and stays the same from then on.
fn from_json(message: &MessageType, json: &[u8]) {
    let Ok(wire) = wire_of(message, json) else {
        return;
    };
    let json = json_of(message, &wire).expect("what was written is read");
    let wire = wire_of(message, &json).expect("what was read is written");
    assert_eq!(json_of(message, &wire), Ok(json));
}

fn from_wire(message: &MessageType, wire: &[u8]) {
    if let Ok(json) = json_of(message, wire) {
        assert!(std::str::from_utf8(&json).is_ok());
        from_json(message, &json);
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&first, input)) = input.split_first() else {
        return;
    };
    let message = &types()[usize::from(first & 0x3f) % TYPES.len()];
    match first >> 6 {
        0 => from_json(message, input),
        1 => drop(Provider::descriptor_set_bytes(input).load()),
        _ => from_wire(message, input),
    }
});
