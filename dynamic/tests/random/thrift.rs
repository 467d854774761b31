//! Random schemas of Thrift, and random values of their types as JSON: the same for the same seed. Both the tests
//! of this crate and `tests/agreement` include this file, whose build script generates code of the schemas.

#[path = "thrift_values.rs"]
mod values;

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Value, json};

use values::scalar;

const SCALARS: [&str; 10] = [
    "bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid",
];

/// The text of the enum that all schemas have.
const COLOR: &str = "enum Color { RED, GREEN, BLUE = 7 }\n";

/// The first struct of every schema may be a key of a map: its JSON stands in a string then.
const KEY: usize = 0;

#[derive(Clone)]
pub(crate) enum Type {
    Scalar(&'static str),
    Enum,
    Typedef(usize),
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Struct(usize),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Struct,
    Union,
    Exception,
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    None,
    Required,
    Optional,
}

struct Field {
    id: usize,
    ty: Type,
    word: Word,
    /// As JSON has it.
    default: Option<Value>,
}

pub(crate) struct Struct {
    pub(crate) kind: Kind,
    fields: Vec<Field>,
}

pub(crate) struct Schema {
    typedefs: Vec<Type>,
    pub(crate) structs: Vec<Struct>,
}

impl Schema {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let mut schema = Self {
            typedefs: Vec::new(),
            structs: vec![key_struct()],
        };
        for _ in 0..rng.usize(..4) {
            let target = schema.random_type(rng, 1, 0);
            schema.typedefs.push(target);
        }
        let count = rng.usize(2..6);
        for at in 1..=count {
            let structure = schema.random_struct(rng, at, count);
            schema.structs.push(structure);
        }
        schema
    }

    fn random_struct(&self, rng: &mut Rng, at: usize, last: usize) -> Struct {
        let kind = match rng.u8(..6) {
            0 => Kind::Union,
            1 => Kind::Exception,
            _ => Kind::Struct,
        };
        let least = usize::from(kind == Kind::Union);
        let mut id = 0;
        let fields = (0..rng.usize(least..8)).map(|_| {
            // Some ids have gaps.
            id += [1, 1, 1, 300][rng.usize(..4)];
            self.random_field(rng, id, (kind, at), last)
        });
        Struct {
            kind,
            fields: fields.collect(),
        }
    }

    fn random_field(
        &self,
        rng: &mut Rng,
        id: usize,
        (kind, at): (Kind, usize),
        last: usize,
    ) -> Field {
        let word = match (kind, rng.u8(..4)) {
            (Kind::Union, _) => Word::None,
            (_, 0) => Word::Required,
            (_, 1 | 2) => Word::Optional,
            _ => Word::None,
        };
        let ty = match (word, rng.u8(..6)) {
            // Any struct, this one and later ones among them: a value need not have one.
            (Word::Optional, 0) => Type::Struct(rng.usize(1..=last)),
            (Word::None, 0) if kind != Kind::Union => {
                Type::List(Box::new(Type::Struct(rng.usize(1..=last))))
            }
            _ => self.random_type(rng, at, 0),
        };
        let has_default = kind != Kind::Union && word != Word::Required && rng.u8(..3) == 0;
        let default = has_default.then(|| self.default(rng, &ty)).flatten();
        Field {
            id,
            ty,
            word,
            default,
        }
    }

    /// A type that names the structs before `structs`, so that values end.
    fn random_type(&self, rng: &mut Rng, structs: usize, depth: usize) -> Type {
        let inner = |rng: &mut Rng| Box::new(self.random_type(rng, structs, depth + 1));
        match rng.u8(..if depth < 3 { 15 } else { 10 }) {
            0 => Type::Enum,
            1 if !self.typedefs.is_empty() => Type::Typedef(rng.usize(..self.typedefs.len())),
            10 => Type::List(inner(rng)),
            11 => Type::Set(Box::new(self.random_key(rng))),
            12 => {
                let key = Box::new(self.random_key(rng));
                Type::Map(key, inner(rng))
            }
            13 | 14 if structs > 1 => Type::Struct(rng.usize(1..structs)),
            _ => Type::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        }
    }

    /// A type of keys and of a set's elements. It holds no set and no map, whose order a key's text would have.
    fn random_key(&self, rng: &mut Rng) -> Type {
        match rng.u8(..10) {
            0 => Type::Enum,
            1 => Type::Struct(KEY),
            2 => Type::List(Box::new(Type::Scalar(SCALARS[rng.usize(..SCALARS.len())]))),
            _ => Type::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        }
    }

    /// A default for the types that have simple ones.
    fn default(&self, rng: &mut Rng, ty: &Type) -> Option<Value> {
        match self.resolved(ty) {
            Type::Scalar("string") => Some(json!(["", "some", "é \"x\" \\"][rng.usize(..3)])),
            // Of "raw" and of nothing, as `literal` writes them.
            Type::Scalar("binary") => Some(json!(["cmF3", ""][rng.usize(..2)])),
            Type::Scalar(name) => Some(scalar(rng, name)),
            Type::Enum => Some(json!([0, 1, 7][rng.usize(..3)])),
            Type::List(of) => match self.resolved(of) {
                Type::Scalar("i64") => Some(json!([1, -2])),
                _ => Some(json!([])),
            },
            Type::Map(..) => Some(json!({})),
            Type::Set(_) | Type::Struct(_) | Type::Typedef(_) => None,
        }
    }

    /// The type of a field of a struct.
    #[allow(
        dead_code,
        reason = "only `tests/agreement` reads messages by the schema"
    )]
    pub(crate) fn field(&self, of: usize, id: i16) -> Option<&Type> {
        let mut fields = self.structs[of].fields.iter();
        let field = fields.find(|field| i16::try_from(field.id) == Ok(id));
        field.map(|field| &field.ty)
    }

    /// The ids of the fields of a struct, and whether they are required.
    #[allow(
        dead_code,
        reason = "only `tests/agreement` reads messages by the schema"
    )]
    pub(crate) fn ids(&self, of: usize) -> impl Iterator<Item = (i16, bool)> + '_ {
        let fields = self.structs[of].fields.iter();
        fields.map(|field| {
            let id = i16::try_from(field.id).expect("ids are small");
            (id, field.word == Word::Required)
        })
    }

    pub(crate) fn resolved<'a>(&'a self, ty: &'a Type) -> &'a Type {
        match ty {
            Type::Typedef(at) => self.resolved(&self.typedefs[*at]),
            other => other,
        }
    }
}

/// A struct that cannot be hashed, since it holds a double.
fn key_struct() -> Struct {
    let field = |id, name, word| Field {
        id,
        ty: Type::Scalar(name),
        word,
        default: None,
    };
    Struct {
        kind: Kind::Struct,
        fields: vec![
            field(1, "i32", Word::Required),
            field(2, "string", Word::Required),
            field(3, "double", Word::Optional),
        ],
    }
}

/// The text of an IDL.
impl Schema {
    /// The IDL's text. `namespace rs` sets the module of its code, so that one crate can have many schemas.
    pub(crate) fn idl(&self, namespace: &str) -> String {
        let mut idl = format!("namespace rs {namespace}\n\n{COLOR}");
        for (at, target) in self.typedefs.iter().enumerate() {
            writeln!(idl, "typedef {} T{at}", text(target)).expect("a string takes all");
        }
        for (at, structure) in self.structs.iter().enumerate() {
            let word = match structure.kind {
                Kind::Struct => "struct",
                Kind::Union => "union",
                Kind::Exception => "exception",
            };
            writeln!(idl, "{word} S{at} {{").expect("a string takes all");
            for field in &structure.fields {
                let line = self.field_text(field);
                writeln!(idl, "  {line}").expect("a string takes all");
            }
            idl.push_str("}\n");
        }
        idl
    }

    fn field_text(&self, field: &Field) -> String {
        let word = match field.word {
            Word::None => "",
            Word::Required => "required ",
            Word::Optional => "optional ",
        };
        let (id, ty) = (field.id, text(&field.ty));
        let default = field.default.as_ref().map(|value| {
            let literal = self.literal(&field.ty, value);
            format!(" = {literal}")
        });
        format!("{id}: {word}{ty} f{id}{},", default.unwrap_or_default())
    }

    fn literal(&self, ty: &Type, value: &Value) -> String {
        match (self.resolved(ty), value) {
            (Type::Scalar("binary"), Value::String(text)) if text.is_empty() => "\"\"".to_owned(),
            (Type::Scalar("binary"), _) => "\"raw\"".to_owned(),
            // JSON's escapes are those of Thrift's strings here.
            (_, value) => value.to_string(),
        }
    }
}

fn text(ty: &Type) -> String {
    match ty {
        Type::Scalar(name) => (*name).to_owned(),
        Type::Enum => "Color".to_owned(),
        Type::Typedef(at) => format!("T{at}"),
        Type::List(of) => format!("list<{}>", text(of)),
        Type::Set(of) => format!("set<{}>", text(of)),
        Type::Map(key, value) => format!("map<{}, {}>", text(key), text(value)),
        Type::Struct(at) => format!("S{at}"),
    }
}
