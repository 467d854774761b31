//! Examples of messages, with zeros or with random values.

use super::cycles::Cycles;
use super::sample::Random;
use crate::options::MAX_DEPTH;
use crate::schema::{Codec, Compiled, Struct, Type};
use crate::seen::Seen;

/// Spaces for each level of an example.
const INDENT: usize = 2;

/// From this many structs in each other on, or this many bytes, an example shows required fields only:
/// each field may hold a struct of many fields, whose fields hold others.
const BRIEF_DEPTH: usize = 8;
const BRIEF_BYTES: usize = 64 * 1024;

/// From this many bytes on, an example leaves out required fields, too: an IDL of a few lines can ask for
/// more of them than any memory holds. The depth that ends it is that of a message, [`MAX_DEPTH`].
const MAX_BYTES: usize = 1024 * 1024;

/// An example under way.
pub(super) struct Template<'a> {
    pub(super) schema: &'a Compiled,
    cycles: Cycles,
    /// The structs around the value: one in itself is not shown again.
    open: Vec<Type>,
    pub(super) out: &'a mut String,
    /// `None` for zeros.
    pub(super) random: Option<Random>,
}

impl Template<'_> {
    /// An example of a type.
    pub(super) fn of(schema: &Compiled, ty: Type, random: Option<Random>) -> String {
        let mut out = String::new();
        Template {
            schema,
            cycles: Cycles::of(schema, ty),
            open: Vec::new(),
            out: &mut out,
            random,
        }
        .put(ty);
        out
    }

    pub(super) fn put(&mut self, ty: Type) {
        let schema = self.schema;
        if let Some(scalar) = self.random_scalar(ty) {
            return self.out.push_str(&scalar);
        }
        match ty {
            Type::Bool => self.out.push_str("false"),
            Type::I64 | Type::U64 if schema.codec == Codec::Protobuf => {
                self.out.push_str("\"0\"");
            }
            Type::U32 | Type::U64 | Type::Float => self.out.push('0'),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Double => self.out.push('0'),
            Type::String | Type::Binary => self.out.push_str("\"\""),
            Type::Uuid => self
                .out
                .push_str("\"00000000-0000-0000-0000-000000000000\""),
            Type::Enum(at) => {
                let numbers = &schema.enums[at as usize].numbers;
                let mut numbers: Vec<_> = numbers.iter().collect();
                numbers.sort_by_key(|&(name, number)| (number, name));
                let at = self.one_of(numbers.len());
                let first = numbers.get(at);
                let first = first.map(|(name, _)| format!("\"{name}\""));
                self.out.push_str(first.as_deref().unwrap_or("0"));
            }
            Type::List(at) | Type::Set(at) => {
                let element = schema.elements[at as usize];
                self.out.push('[');
                if !self.is_brief() && self.can_show(element) {
                    self.put(element);
                    for _ in 1..self.elements(ty) {
                        self.out.push_str(", ");
                        self.put(element);
                    }
                }
                self.out.push(']');
            }
            Type::Map(at) => {
                let (key, value) = schema.maps[at as usize];
                self.out.push('{');
                if !self.is_brief() && self.can_show(key) && self.can_show(value) {
                    self.put_key(key);
                    self.out.push_str(": ");
                    self.put(value);
                }
                self.out.push('}');
            }
            Type::Struct(at) => self.put_struct(ty, &schema.structs[at as usize]),
        }
    }

    /// How many elements a container gets. A set cannot have the same one twice.
    fn elements(&mut self, ty: Type) -> usize {
        match (&mut self.random, ty) {
            (Some(random), Type::List(_)) => random.elements(),
            _ => 1,
        }
    }

    /// The first of so many, or a random one.
    fn one_of(&mut self, count: usize) -> usize {
        let random = self.random.as_mut();
        random.map_or(0, |random| random.below(count))
    }

    /// Whether the example is deep or long by now, so that it shows required fields only.
    fn is_brief(&self) -> bool {
        self.open.len() >= BRIEF_DEPTH || self.out.len() >= BRIEF_BYTES
    }

    /// Whether the example is as deep or as long as it may become, so that structs stay empty.
    fn is_full(&self) -> bool {
        self.open.len() >= MAX_DEPTH || self.out.len() >= MAX_BYTES
    }

    /// Whether an example of the type ends: of what leads back to a struct around it, none is given. What leads
    /// back to any of them leads to the innermost, too, by way of the others.
    fn can_show(&self, ty: Type) -> bool {
        let innermost = self.open.last();
        innermost.is_none_or(|&around| !self.cycles.leads_back(ty, around))
    }

    fn put_key(&mut self, key: Type) {
        let from = self.out.len();
        self.put(key);
        let text = self.out.split_off(from);
        match text.starts_with('"') {
            true => self.out.push_str(&text),
            // In one line, as in a string of JSON.
            false => {
                let value = serde_json::from_str(&text);
                let line = value.map_or(text, |value: serde_json::Value| value.to_string());
                self.out
                    .push_str(&serde_json::Value::from(line).to_string());
            }
        }
    }

    fn put_struct(&mut self, ty: Type, of: &Struct) {
        if let Some(kind) = of.well_known {
            return self.put_well_known(kind, of);
        }
        if self.is_full() {
            return self.out.push_str("{}");
        }
        self.open.push(ty);
        let shown = of.fields.iter();
        let shown = shown.filter(|field| field.required || of.is_union || !self.is_brief());
        let mut oneofs = Seen::default();
        let shown = shown.filter(|field| field.protobuf.oneof.is_none_or(|one| oneofs.insert(one)));
        let shown: Vec<_> = shown.filter(|field| self.can_show(field.ty)).collect();
        let shown = match of.is_union {
            true => {
                let one = self.one_of(shown.len());
                shown.into_iter().skip(one).take(1).collect()
            }
            false => shown,
        };
        self.out.push('{');
        for (index, field) in shown.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.new_line(self.open.len());
            self.out.push_str(&field.key);
            self.out.push(' ');
            match self.schema.default_json(field) {
                Some(default) => self.out.push_str(&default),
                None => self.put(field.ty),
            }
        }
        self.open.pop();
        if !shown.is_empty() {
            self.new_line(self.open.len());
        }
        self.out.push('}');
    }

    fn new_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', depth * INDENT));
    }
}
