//! Random values of the types of a random schema, as JSON.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{Kind, Schema, Struct, Type, Word};

/// How deep values nest before optional fields and containers stay empty.
const DEPTH: usize = 4;

/// Values.
impl Schema {
    /// A random value of a struct, as JSON.
    pub(crate) fn value_of(&self, rng: &mut Rng, at: usize) -> Value {
        self.structure(rng, at, 0)
    }

    fn structure(&self, rng: &mut Rng, at: usize, depth: usize) -> Value {
        let Struct { kind, fields } = &self.structs[at];
        let mut members = Map::new();
        if *kind == Kind::Union {
            // `{}` is the union that is not set.
            if rng.u8(..8) > 0 {
                let field = &fields[rng.usize(..fields.len())];
                let value = self.value(rng, &field.ty, depth);
                members.insert(format!("f{}", field.id), value);
            }
            return Value::Object(members);
        }
        for field in fields {
            let is_given = match field.word {
                Word::Required => true,
                Word::Optional => depth < DEPTH && rng.bool(),
                // What is missing is a default, or zero. That of a struct is an empty one, as Kitex sends it,
                // which generated code completes.
                Word::None => {
                    rng.u8(..4) > 0 || matches!(self.resolved(&field.ty), Type::Struct(_))
                }
            };
            if is_given {
                let value = self.value(rng, &field.ty, depth);
                members.insert(format!("f{}", field.id), value);
            }
        }
        Value::Object(members)
    }

    fn value(&self, rng: &mut Rng, ty: &Type, depth: usize) -> Value {
        let len = if depth < DEPTH { rng.usize(..4) } else { 0 };
        match ty {
            Type::Scalar(name) => scalar(rng, name),
            Type::Enum => json!(rng.i32(-1..9)),
            Type::Typedef(at) => self.value(rng, &self.typedefs[*at], depth),
            Type::List(of) => (0..len).map(|_| self.value(rng, of, depth + 1)).collect(),
            Type::Set(of) => {
                let elements = (0..len).map(|_| self.value(rng, of, depth + 1));
                let mut elements: Vec<_> =
                    elements.map(|value| (value.to_string(), value)).collect();
                elements.sort_by(|one, other| one.0.cmp(&other.0));
                elements.dedup_by(|one, other| one.0 == other.0);
                elements.into_iter().map(|(_, value)| value).collect()
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

/// What a value is compared as.
impl Schema {
    /// The JSON of a struct, in which the elements of sets are in order: generated code keeps none.
    pub(crate) fn in_order(&self, at: usize, value: Value) -> Value {
        self.ordered(&Type::Struct(at), value)
    }

    fn ordered(&self, ty: &Type, value: Value) -> Value {
        match (self.resolved(ty), value) {
            (Type::List(of), Value::Array(elements)) => {
                let elements = elements.into_iter();
                elements.map(|value| self.ordered(of, value)).collect()
            }
            (Type::Set(_), Value::Array(mut elements)) => {
                elements.sort_by_key(Value::to_string);
                Value::Array(elements)
            }
            (Type::Map(_, of), Value::Object(entries)) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, value)| (key, self.ordered(of, value)));
                Value::Object(entries.collect())
            }
            (Type::Struct(at), Value::Object(members)) => {
                let fields = &self.structs[*at].fields;
                let members = members.into_iter().map(|(name, value)| {
                    let field = fields.iter().find(|field| name == format!("f{}", field.id));
                    let field = field.expect("the schema has the field");
                    (name, self.ordered(&field.ty, value))
                });
                Value::Object(members.collect())
            }
            (_, value) => value,
        }
    }
}

pub(super) fn scalar(rng: &mut Rng, name: &str) -> Value {
    match name {
        "bool" => json!(rng.bool()),
        "byte" | "i8" => json!(rng.i8(..)),
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
        "binary" => json!(["", "AA==", "AP+A", "////"][rng.usize(..4)]),
        _ => {
            let digits = format!("{:032x}", rng.u128(..));
            let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &digits[group]);
            json!(groups.join("-"))
        }
    }
}
