//! One type of which generated code and the IDL decode the same bytes. The fuzz target `codecs` includes this
//! file, too.

use std::collections::BTreeMap;

use serde_json::Value;
use streamgen_dynamic::{ConvertError, JsonOptions, MessageType, Provider};
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::{
    DecodeError, DecodeErrorKind, Encode as _, FieldSink, Reader, Struct,
};

/// Declares a struct with optional fields, as generated code implements one, and its IDL.
macro_rules! message {
    ($($id:literal $field:ident: $ty:ty = $idl:literal,)*) => {
        #[derive(Debug, Default, PartialEq)]
        struct Everything { $($field: Option<$ty>,)* }

        impl Struct for Everything {
            const NAME: &'static str = "Everything";

            fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
                $(sink.optional($id, &self.$field);)*
            }

            fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                let mut fields = r.fields(Self::NAME);
                while fields.more()? {
                    $(fields.optional($id, &mut self.$field)?;)*
                }
                Ok(())
            }
        }

        const IDL: &str = concat!(
            "struct Everything {",
            $($id, ": optional ", $idl, " ", stringify!($field), ",",)*
            "}"
        );
    };
}

message! {
    1 flag: bool = "bool",
    2 tiny: i8 = "byte",
    3 small: i16 = "i16",
    4 medium: i32 = "i32",
    5 large: i64 = "i64",
    6 real: f64 = "double",
    7 text: String = "string",
    8 blob: Bytes = "binary",
    9 longs: Vec<i64> = "list<i64>",
    10 matrix: Vec<Vec<bool>> = "list<list<bool>>",
    11 counts: BTreeMap<String, i64> = "map<string, i64>",
    12 next: Box<Everything> = "Everything",
    13 all: Vec<Everything> = "list<Everything>",
    14 groups: BTreeMap<i8, Vec<Bytes>> = "map<byte, list<binary>>",
}

/// What generated code takes and JSON by the IDL refuses: the same field or key twice, of which the last counts; a
/// field of another type, which counts as unknown.
const STRICTER: [&str; 3] = ["is there twice", "expected ", "nested deeper than "];

pub(crate) fn everything() -> MessageType {
    let schema = Provider::text("everything.thrift", IDL).load();
    let message = schema.expect("the IDL is right").message("Everything");
    message.expect("the type is there")
}

fn json(message: &MessageType, wire: &[u8]) -> Result<Value, ConvertError> {
    let mut json = Vec::new();
    message.to_json(wire, &JsonOptions::new(), &mut json)?;
    Ok(serde_json::from_slice(&json).expect("it is JSON"))
}

fn typed(wire: &[u8]) -> Result<Everything, Option<DecodeError>> {
    let wire = Bytes::copy_from_slice(wire);
    let mut reader = Reader::new(&wire);
    let value = reader.read().map_err(Some)?;
    // What stands behind the message is for its frame to refuse.
    match reader.remaining() {
        0 => Ok(value),
        _ => Err(None),
    }
}

/// Both take the bytes, and then have the same value; or both refuse them. Else, the reason is one of
/// those that are known. Returns whether both take them.
pub(crate) fn assert_agree(message: &MessageType, wire: &[u8]) -> bool {
    match (json(message, wire), typed(wire)) {
        (Ok(json), Ok(value)) => {
            assert_eq!(json, again(message, &value));
            return true;
        }
        (Err(error), Ok(value)) => {
            let known = STRICTER
                .iter()
                .any(|reason| error.problem().contains(reason));
            assert!(known, "{error}: but generated code has {value:?}");
            again(message, &value);
        }
        (Ok(json), Err(error)) => {
            let kind = error.as_ref().map(DecodeError::kind);
            let is_deep = matches!(kind, Some(DecodeErrorKind::TooDeep));
            assert!(is_deep, "{error:?}: but by the IDL it is {json}");
        }
        (Err(_), Err(_)) => {}
    }
    false
}

/// The JSON of what generated code writes.
fn again(message: &MessageType, value: &Everything) -> Value {
    json(message, &value.encode_to_bytes()).expect("what generated code writes is read by the IDL")
}
