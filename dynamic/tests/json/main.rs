//! JSON to Thrift and back, by an IDL that is read at run time.

#[cfg(feature = "client")]
mod as_typed;
#[cfg(feature = "client")]
mod both;
mod calls;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod codecs;
mod fits;
#[path = "../random/holds.rs"]
mod holds;
mod hostile;
mod idl;
mod limits;
mod mapping;
mod protobuf;
mod random;
#[path = "../random/protobuf.rs"]
mod random_protobuf;
#[allow(
    dead_code,
    reason = "generated code has no order of sets, which `tests/agreement` brings back"
)]
#[path = "../random/thrift.rs"]
mod random_thrift;
#[cfg(feature = "reflection")]
mod reflection;
#[cfg(feature = "client")]
mod reload;
#[cfg(feature = "client")]
mod server;
mod show;
mod table;

use streamgen_dynamic::{ConvertError, JsonOptions, MessageType, Provider};

/// A struct of an IDL.
fn message(idl: &str, name: &str) -> MessageType {
    let schema = Provider::text("test.thrift", idl).load();
    let schema = schema.expect("the IDL is right");
    schema.message(name).expect("the struct is there")
}

fn to_wire(message: &MessageType, json: &str) -> Result<Vec<u8>, ConvertError> {
    let mut wire = Vec::new();
    message.to_wire(json.as_bytes(), &JsonOptions::new(), &mut wire)?;
    Ok(wire)
}

fn to_json(message: &MessageType, wire: &[u8]) -> Result<String, ConvertError> {
    let mut json = Vec::new();
    message.to_json(wire, &JsonOptions::new(), &mut json)?;
    Ok(String::from_utf8(json).expect("JSON is UTF-8"))
}
