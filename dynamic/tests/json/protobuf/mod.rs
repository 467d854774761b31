//! JSON and Protobuf, by an IDL that is read at run time.

mod damaged;
mod fits;
mod known;
mod random;
#[cfg(feature = "client")]
mod served;
mod sources;
mod values;
mod wire;

use std::path::{Path, PathBuf};

use streamgen_dynamic::{MessageType, Provider, Schema};
use streamgen_idl::{LoadOptions, load};

use crate::{to_json, to_wire};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/json/protobuf")
}

/// The schema of `mapping.proto` and what it imports.
fn mapping() -> Schema {
    let schema = Provider::file(folder().join("mapping.proto")).load();
    schema.expect("the IDL is right")
}

/// `mapping.proto` and what it imports, as protoc writes it.
pub(crate) fn descriptor_set() -> Vec<u8> {
    let options = LoadOptions {
        root: folder().join("mapping.proto"),
        encode_descriptors: true,
        ..LoadOptions::default()
    };
    let loaded = load(&options, &streamgen_idl::Disk);
    loaded.encoded_descriptors.expect("the IDL is right")
}

fn message(name: &str) -> MessageType {
    mapping().message(name).expect("the message is there")
}

/// A message of a `.proto` in a text.
fn message_of(idl: &str, name: &str) -> MessageType {
    let schema = Provider::text("test.proto", idl).load();
    let schema = schema.expect("the IDL is right");
    schema.message(name).expect("the message is there")
}

/// What JSON becomes behind the wire; the error without its places.
fn through(message: &MessageType, json: &str) -> String {
    let back = to_wire(message, json).and_then(|wire| to_json(message, &wire));
    back.unwrap_or_else(|error| format!("error: {}: {}", error.path(), error.problem()))
}

/// Whether the JSON fits. What it becomes behind the wire then is the same behind the wire once more.
fn fits_and_stays(message: &MessageType, json: &str) -> bool {
    let Ok(wire) = to_wire(message, json) else {
        return false;
    };
    let json = to_json(message, &wire).unwrap_or_else(|error| panic!("{error}: {json}"));
    let wire = to_wire(message, &json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(to_json(message, &wire), Ok(json));
    true
}
