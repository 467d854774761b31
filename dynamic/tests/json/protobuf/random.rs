//! Random schemas and random values of them: JSON, through the wire, is the same JSON. What prost-reflect
//! makes of the bytes is the second opinion.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use protox::prost_reflect::prost::Message as _;
use protox::prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Map, Value, json};
use streamgen_dynamic::{MessageType, Provider};
use streamgen_idl::{FileSystem, LoadOptions, load};

use super::{to_json, to_wire};

/// As many as the CI has time for: some seconds unoptimised.
const SEEDS: u64 = 200;

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

/// A random type of one value. Messages name those before them, so that values end.
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
            2 | 3 if messages > 0 => Self::Message(rng.usize(..messages)),
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

struct Schema(Vec<Vec<Field>>);

impl Schema {
    fn random(rng: &mut Rng) -> Self {
        let mut messages = Vec::new();
        for at in 0..rng.usize(1..6) {
            let fields = (0..rng.usize(..9)).map(|_| Field {
                ty: Type::random(rng, at),
                label: match rng.u8(..6) {
                    0 => Label::Optional,
                    1 => Label::Oneof,
                    2 => Label::Repeated,
                    3 => Label::Map(KEYS[rng.usize(..KEYS.len())]),
                    _ => Label::Plain,
                },
            });
            messages.push(fields.collect());
        }
        Self(messages)
    }

    fn idl(&self) -> String {
        let mut idl = "syntax = \"proto3\"; package r;\n".to_owned();
        for file in ["duration", "field_mask", "struct", "timestamp", "wrappers"] {
            writeln!(idl, "import \"google/protobuf/{file}.proto\";").expect("a string takes all");
        }
        idl.push_str("enum Color { RED = 0; GREEN = 1; BLUE = 7; }\n");
        for (at, fields) in self.0.iter().enumerate() {
            writeln!(idl, "message M{at} {{").expect("a string takes all");
            for (index, field) in fields.iter().enumerate() {
                // Some numbers take two bytes.
                let (number, ty) = (index * 5 + 1, field.ty.idl());
                let line = match field.label {
                    Label::Plain => format!("{ty} f{index} = {number};"),
                    Label::Optional => format!("optional {ty} f{index} = {number};"),
                    Label::Oneof => format!("oneof o{} {{ {ty} f{index} = {number}; }}", index),
                    Label::Repeated => format!("repeated {ty} f{index} = {number};"),
                    Label::Map(key) => format!("map<{key}, {ty}> f{index} = {number};"),
                };
                writeln!(idl, "  {line}").expect("a string takes all");
            }
            idl.push_str("}\n");
        }
        idl
    }

    fn message(&self, rng: &mut Rng, at: usize, depth: usize) -> Value {
        let mut members = Map::new();
        for (index, field) in self.0[at].iter().enumerate() {
            let value = match field.label {
                _ if rng.bool() => continue,
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

/// A file system with one IDL.
struct OneFile<'t>(&'t str);

impl FileSystem for OneFile<'_> {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match path == Path::new("random.proto") {
            true => Ok(path.to_owned()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_directory(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, _: &Path, _: u64) -> io::Result<Vec<u8>> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// One schema, for both who read it.
struct Both {
    ours: MessageType,
    theirs: DescriptorPool,
    name: String,
}

impl Both {
    fn of(schema: &Schema) -> Self {
        let (idl, name) = (schema.idl(), format!("r.M{}", schema.0.len() - 1));
        let options = LoadOptions {
            root: "random.proto".into(),
            encode_descriptors: true,
            ..LoadOptions::default()
        };
        let set = load(&options, &OneFile(&idl)).encoded_descriptors;
        let set = set.expect("the IDL is right");
        let ours = Provider::text("random.proto", idl)
            .load()
            .expect("the IDL is right");
        Self {
            ours: ours.message(&name).expect("it is there"),
            theirs: DescriptorPool::decode(set.as_slice()).expect("it is a set"),
            name,
        }
    }

    /// The bytes as prost-reflect writes them again.
    fn again(&self, wire: &[u8]) -> Vec<u8> {
        let descriptor = self.theirs.get_message_by_name(&self.name);
        let message = DynamicMessage::decode(descriptor.expect("it is there"), wire);
        message.expect("the bytes are right").encode_to_vec()
    }

    fn json(&self, wire: &[u8]) -> Value {
        let json = to_json(&self.ours, wire);
        let json = json.unwrap_or_else(|error| panic!("{error}: {wire:02x?}"));
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
    }
}

#[test]
fn json_through_the_wire_is_the_same_json() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let (both, root) = (Both::of(&schema), schema.0.len() - 1);
        let mut before = Vec::new();
        for _ in 0..5 {
            let value = schema.message(&mut rng, root, 0);
            let wire = to_wire(&both.ours, &value.to_string());
            let wire = wire
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}{value}", schema.idl()));
            assert_eq!(both.json(&wire), value, "seed {seed}\n{}", schema.idl());
            let again = both.again(&wire);
            assert_eq!(
                both.json(&again),
                value,
                "seed {seed}, prost-reflect\n{}",
                schema.idl()
            );
            // Two messages one behind the other are one: its fields are in no order.
            let two = [before.as_slice(), &wire].concat();
            let merged = both.json(&both.again(&two));
            assert_eq!(
                both.json(&two),
                merged,
                "seed {seed}, two\n{}",
                schema.idl()
            );
            before = wire;
        }
    }
}

/// Damaged messages are errors or other messages, never panics.
#[test]
fn damaged_messages_do_no_harm() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let (both, root) = (Both::of(&schema), schema.0.len() - 1);
        let json = schema.message(&mut rng, root, 0).to_string();
        let wire = to_wire(&both.ours, &json).expect("it fits");
        for _ in 0..20 {
            let mut damaged = wire.clone();
            if let Some(byte) = damaged.get_mut(rng.usize(..wire.len().max(1))) {
                *byte = rng.u8(..);
            }
            if let Ok(json) = to_json(&both.ours, &damaged) {
                let wire = to_wire(&both.ours, &json).expect("what was read is written");
                let again: Value = serde_json::from_str(&json).expect("it is JSON");
                assert_eq!(both.json(&wire), again, "seed {seed}");
            }
            let mut damaged = json.clone().into_bytes();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let _ = to_wire(&both.ours, &String::from_utf8_lossy(&damaged));
        }
    }
}
