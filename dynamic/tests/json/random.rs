//! Random schemas and random values of them: JSON, through the wire, is the same JSON.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::{message, to_json, to_wire};

/// As many as the CI has time for: some seconds unoptimised.
const SEEDS: u64 = 200;

/// A random type. Structs name those before them, so that values end.
#[derive(Clone)]
enum Type {
    Scalar(&'static str),
    Enum,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Struct(usize),
}

const SCALARS: [&str; 8] = [
    "bool", "byte", "i16", "i32", "i64", "double", "string", "binary",
];

impl Type {
    fn random(rng: &mut Rng, structs: usize, depth: usize) -> Self {
        let inner = |rng: &mut Rng| Box::new(Self::random(rng, structs, depth + 1));
        match rng.u8(..if depth < 3 { 12 } else { 8 }) {
            0 => Self::Enum,
            8 => Self::List(inner(rng)),
            9 => Self::Set(inner(rng)),
            10 => {
                let key = inner(rng);
                Self::Map(key, inner(rng))
            }
            11 if structs > 0 => Self::Struct(rng.usize(..structs)),
            _ => Self::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        }
    }

    fn idl(&self) -> String {
        match self {
            Self::Scalar(name) => (*name).to_owned(),
            Self::Enum => "Color".to_owned(),
            Self::List(of) => format!("list<{}>", of.idl()),
            Self::Set(of) => format!("set<{}>", of.idl()),
            Self::Map(key, value) => format!("map<{}, {}>", key.idl(), value.idl()),
            Self::Struct(at) => format!("S{at}"),
        }
    }
}

struct Field {
    ty: Type,
    is_optional: bool,
}

struct Schema(Vec<Vec<Field>>);

impl Schema {
    fn random(rng: &mut Rng) -> Self {
        let mut structs = Vec::new();
        for at in 0..rng.usize(1..6) {
            let fields = (0..rng.usize(..8)).map(|_| Field {
                ty: Type::random(rng, at, 0),
                is_optional: rng.bool(),
            });
            structs.push(fields.collect());
        }
        Self(structs)
    }

    fn idl(&self) -> String {
        let mut idl = "enum Color { RED, GREEN, BLUE = 7 }\n".to_owned();
        for (at, fields) in self.0.iter().enumerate() {
            writeln!(idl, "struct S{at} {{").expect("a string takes all");
            for (index, field) in fields.iter().enumerate() {
                let word = ["", "optional "][usize::from(field.is_optional)];
                let (id, ty) = (index + 1, field.ty.idl());
                writeln!(idl, "  {id}: {word}{ty} f{id},").expect("a string takes all");
            }
            idl.push_str("}\n");
        }
        idl
    }

    fn structure(&self, rng: &mut Rng, at: usize, depth: usize) -> Value {
        let mut members = Map::new();
        for (index, field) in self.0[at].iter().enumerate() {
            if !field.is_optional || (depth < 4 && rng.bool()) {
                let value = self.value(rng, &field.ty, depth);
                members.insert(format!("f{}", index + 1), value);
            }
        }
        Value::Object(members)
    }

    fn value(&self, rng: &mut Rng, ty: &Type, depth: usize) -> Value {
        let len = if depth < 4 { rng.usize(..4) } else { 0 };
        match ty {
            Type::Scalar(name) => scalar(rng, name),
            Type::Enum => json!(rng.i32(-1..9)),
            Type::List(of) | Type::Set(of) => {
                (0..len).map(|_| self.value(rng, of, depth + 1)).collect()
            }
            Type::Map(key, value) => {
                let entries = (0..len).map(|_| {
                    let key = match self.value(rng, key, depth + 1) {
                        Value::String(text) => text,
                        // A scalar, or JSON in the string.
                        other => other.to_string(),
                    };
                    (key, self.value(rng, value, depth + 1))
                });
                Value::Object(entries.collect())
            }
            Type::Struct(at) => self.structure(rng, *at, depth + 1),
        }
    }
}

fn scalar(rng: &mut Rng, name: &str) -> Value {
    match name {
        "bool" => json!(rng.bool()),
        "byte" => json!(rng.i8(..)),
        "i16" => json!(rng.i16(..)),
        "i32" => json!(rng.i32(..)),
        "i64" => json!(rng.i64(..)),
        // Not an integer: as a key it would be written without a point.
        "double" => json!(f64::from(rng.i32(..)) + 0.25),
        "string" => {
            let letters = ["a", "ä", "\"", "\\", "\n", "\u{1}", "\u{2028}", "<", "😀"];
            let len = rng.usize(..6);
            let text = (0..len).map(|_| letters[rng.usize(..letters.len())]);
            json!(text.collect::<String>())
        }
        _ => json!(["", "AA==", "AP+A", "////"][rng.usize(..4)]),
    }
}

#[test]
fn json_through_the_wire_is_the_same_json() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let idl = schema.idl();
        let root = schema.0.len() - 1;
        let message = message(&idl, &format!("S{root}"));
        for _ in 0..10 {
            let value = schema.structure(&mut rng, root, 0);
            let wire = to_wire(&message, &value.to_string());
            let wire = wire.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{idl}{value}"));
            let back = to_json(&message, &wire);
            let back = back.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{idl}{value}"));
            let back: Value = serde_json::from_str(&back).expect("it is JSON");
            assert_eq!(back, value, "seed {seed}\n{idl}");
        }
    }
}

/// Damaged messages are errors or other messages, never panics.
#[test]
fn damaged_messages_do_no_harm() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let root = schema.0.len() - 1;
        let message = message(&schema.idl(), &format!("S{root}"));
        let json = schema.structure(&mut rng, root, 0).to_string();
        let wire = to_wire(&message, &json).expect("it fits");
        for _ in 0..20 {
            let mut damaged = wire.clone();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let _ = to_json(&message, &damaged);
            let mut damaged = json.clone().into_bytes();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let _ = to_wire(&message, &String::from_utf8_lossy(&damaged));
        }
    }
}
