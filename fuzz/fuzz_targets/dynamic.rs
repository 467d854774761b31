//! JSON and Thrift bytes by an IDL that is read at run time, in both directions.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use streamgen_dynamic::{ConvertError, JsonOptions, MessageType, Provider};

/// One field of each type, each default and each annotation that decides.
const IDL: &str = include_str!("../../dynamic/tests/json/mapping.thrift");

const TYPES: [&str; 4] = ["Values", "OptionalDefaults", "Required", "Converted"];

fn types() -> &'static [MessageType; 4] {
    static FOUND: OnceLock<[MessageType; 4]> = OnceLock::new();
    FOUND.get_or_init(|| {
        let schema = Provider::text("mapping.thrift", IDL).load();
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

/// The same of bytes, which may lack what JSON fills in. Then two keys may become one.
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
    let message = &types()[usize::from(first) % TYPES.len()];
    match first & 0x80 {
        0 => from_json(message, input),
        _ => from_wire(message, input),
    }
});
