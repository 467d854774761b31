//! Random schemas of Protobuf, and random values of their messages as JSON: the same for the same seed. Both the
//! tests of this crate and `tests/agreement` include this file, whose build script generates code of the schemas.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// How deep values nest before messages that may hold themselves stay empty.
const DEPTH: usize = 3;

const SCALARS: [&str; 15] = [
    "bool", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "float", "double", "string", "bytes",
];

/// Those that a map may have as keys.
const KEYS: [&str; 12] = [
    "bool", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "string",
];

const KNOWN: [&str; 5] = [
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
    "google.protobuf.Int64Value",
    "google.protobuf.Struct",
    "google.protobuf.FieldMask",
];

/// A random type of one value.
#[derive(Clone)]
enum Type {
    Scalar(&'static str),
    Known(&'static str),
    Enum,
    Message(usize),
}

impl Type {
    fn random(rng: &mut Rng, messages: usize) -> Self {
        match rng.u8(..10) {
            0 => Self::Enum,
            1 => Self::Known(KNOWN[rng.usize(..KNOWN.len())]),
            // Any message, this one and later ones among them: a value need not have one.
            2 | 3 => Self::Message(rng.usize(..messages)),
            _ => Self::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        }
    }

    fn idl(&self) -> String {
        match self {
            Self::Scalar(name) | Self::Known(name) => (*name).to_owned(),
            Self::Enum => "Color".to_owned(),
            Self::Message(at) => format!("M{at}"),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Plain,
    Optional,
    Oneof,
    Repeated,
    Map(&'static str),
}

struct Field {
    ty: Type,
    label: Label,
}

impl Field {
    fn idl(&self, index: usize) -> String {
        // Some numbers take two bytes.
        let (number, ty) = (index * 5 + 1, self.ty.idl());
        let name = format!("f{index} = {number};");
        match self.label {
            Label::Plain | Label::Oneof => format!("{ty} {name}"),
            Label::Optional => format!("optional {ty} {name}"),
            Label::Repeated => format!("repeated {ty} {name}"),
            Label::Map(key) => format!("map<{key}, {ty}> {name}"),
        }
    }
}

/// The fields of each message. Members that stand side by side belong to the same oneof.
pub(crate) struct Schema(Vec<Vec<Field>>);

impl Schema {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let count = rng.usize(1..6);
        let messages = (0..count).map(|_| {
            let fields = (0..rng.usize(..9)).map(|_| Field {
                ty: Type::random(rng, count),
                label: match rng.u8(..6) {
                    0 => Label::Optional,
                    1 => Label::Oneof,
                    2 => Label::Repeated,
                    3 => Label::Map(KEYS[rng.usize(..KEYS.len())]),
                    _ => Label::Plain,
                },
            });
            fields.collect()
        });
        Self(messages.collect())
    }

    /// How many messages there are: `M0`, `M1` and so on.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of an IDL of this package.
    pub(crate) fn idl(&self, package: &str) -> String {
        let mut idl = format!("syntax = \"proto3\"; package {package};\n");
        for file in ["duration", "field_mask", "struct", "timestamp", "wrappers"] {
            writeln!(idl, "import \"google/protobuf/{file}.proto\";").expect("a string takes all");
        }
        idl.push_str("enum Color { RED = 0; GREEN = 1; BLUE = 7; }\n");
        for (at, fields) in self.0.iter().enumerate() {
            writeln!(idl, "message M{at} {{").expect("a string takes all");
            for (index, field) in fields.iter().enumerate() {
                let before = index.checked_sub(1).map(|before| fields[before].label);
                let behind = fields.get(index + 1).map(|field| field.label);
                if field.label == Label::Oneof && before != Some(Label::Oneof) {
                    writeln!(idl, "  oneof o{index} {{").expect("a string takes all");
                }
                writeln!(idl, "  {}", field.idl(index)).expect("a string takes all");
                if field.label == Label::Oneof && behind != Some(Label::Oneof) {
                    idl.push_str("  }\n");
                }
            }
            idl.push_str("}\n");
        }
        idl
    }

    /// A random value of a message, as JSON.
    pub(crate) fn value_of(&self, rng: &mut Rng, at: usize) -> Value {
        self.message(rng, at, 0)
    }

    fn message(&self, rng: &mut Rng, at: usize, depth: usize) -> Value {
        let (mut members, mut has_member) = (Map::new(), false);
        for (index, field) in self.0[at].iter().enumerate() {
            has_member &= field.label == Label::Oneof;
            let is_deep = depth >= DEPTH && matches!(field.ty, Type::Message(_));
            if is_deep || has_member || rng.bool() {
                continue;
            }
            has_member = field.label == Label::Oneof;
            let value = match field.label {
                Label::Repeated => {
                    let length = rng.usize(..4);
                    (0..length)
                        .map(|_| self.value(rng, &field.ty, depth))
                        .collect()
                }
                Label::Map(key) => {
                    let entries = (0..rng.usize(..4)).map(|_| {
                        let key = scalar(rng, key);
                        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                        (key, self.value(rng, &field.ty, depth))
                    });
                    Value::Object(entries.collect())
                }
                _ => self.value(rng, &field.ty, depth),
            };
            let is_message = matches!(field.ty, Type::Message(_) | Type::Known(_));
            let is_left_out = match field.label {
                Label::Plain => !is_message && is_zero(&value),
                Label::Repeated | Label::Map(_) => is_zero(&value),
                Label::Optional | Label::Oneof => false,
            };
            if !is_left_out {
                members.insert(format!("f{index}"), value);
            }
        }
        Value::Object(members)
    }

    fn value(&self, rng: &mut Rng, ty: &Type, depth: usize) -> Value {
        match ty {
            Type::Scalar(name) => scalar(rng, name),
            Type::Known(name) => known(rng, name),
            Type::Enum => {
                [json!("RED"), json!("GREEN"), json!("BLUE"), json!(5)][rng.usize(..4)].clone()
            }
            Type::Message(at) => self.message(rng, *at, depth + 1),
        }
    }
}

/// What is the same as nothing.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0" || text == "RED",
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null => false,
    }
}

fn scalar(rng: &mut Rng, name: &str) -> Value {
    match name {
        "bool" => json!(rng.bool()),
        "int32" | "sint32" | "sfixed32" => json!(rng.i32(..)),
        "uint32" | "fixed32" => json!(rng.u32(..)),
        "int64" | "sint64" | "sfixed64" => json!((rng.i64(..) >> rng.u8(..64)).to_string()),
        "uint64" | "fixed64" => json!((rng.u64(..) >> rng.u8(..64)).to_string()),
        "float" => json!(f64::from(rng.i16(..)) + 0.25),
        "double" => json!(f64::from(rng.i32(..)) + 0.25),
        "string" => {
            let letters = ["a", "ä", "\"", "\\", "\n", "\u{1}", "\u{2028}", "😀"];
            let text = (0..rng.usize(..200)).map(|_| letters[rng.usize(..letters.len())]);
            json!(text.collect::<String>())
        }
        _ => json!(["", "AA==", "AP+A", "////"][rng.usize(..4)]),
    }
}

fn known(rng: &mut Rng, name: &str) -> Value {
    let seconds = rng.i32(..);
    match name {
        "google.protobuf.Duration" => json!(format!("{seconds}s")),
        "google.protobuf.Timestamp" => json!(format!(
            "20{:02}-01-02T03:04:05.{:03}Z",
            rng.u8(..100),
            rng.u16(1..1000)
        )),
        "google.protobuf.Int64Value" => json!(seconds.to_string()),
        "google.protobuf.Struct" => json!({"a": [null, 0.5, seconds % 2 == 0], "b": {"c": "d"}}),
        _ => json!("fooBar,a.bC"),
    }
}
