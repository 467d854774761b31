//! The IDL in words, and example messages.

mod cycles;
mod example;
mod protobuf;
mod sample;

use std::collections::HashSet;

use streamgen_idl::model::Encoding;

use self::example::Template;
use self::sample::Random;
use crate::decode;
use crate::options::{EnumForm, JsonOptions};
use crate::schema::{Codec, Compiled, Field, Request, Type};

impl Compiled {
    /// A type as the root file writes it.
    pub(crate) fn name(&self, ty: Type) -> String {
        if self.codec == Codec::Protobuf {
            return self.protobuf_name(ty, Encoding::Plain);
        }
        match ty {
            Type::Enum(at) => self.enums[at as usize].name.clone(),
            Type::Struct(at) => self.structs[at as usize].name.clone(),
            Type::List(at) => format!("list<{}>", self.name(self.elements[at as usize])),
            Type::Set(at) => format!("set<{}>", self.name(self.elements[at as usize])),
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                format!("map<{}, {}>", self.name(key), self.name(value))
            }
            scalar => self.describe(scalar),
        }
    }

    /// The types between the parentheses of a method.
    pub(crate) fn request_name(&self, request: Request) -> String {
        match request {
            Request::Bare(ty) | Request::Argument { ty, .. } => self.name(ty),
            Request::Arguments(Type::Struct(at)) => {
                let fields = self.structs[at as usize].fields.iter();
                let fields = fields.map(|field| format!("{} {}", self.name(field.ty), field.name));
                fields.collect::<Vec<_>>().join(", ")
            }
            Request::Arguments(ty) => self.name(ty),
        }
    }

    /// A struct with its fields, or an enum with its names, one a line.
    pub(crate) fn definition(&self, ty: Type) -> String {
        if self.codec == Codec::Protobuf {
            return self.protobuf_definition(ty);
        }
        match ty {
            Type::Struct(at) => {
                let of = &self.structs[at as usize];
                let fields = of.fields.iter().map(|field| self.member(field));
                format!(
                    "{} {{\n{}}}\n",
                    self.describe(ty),
                    fields.collect::<String>()
                )
            }
            Type::Enum(at) => {
                let mut numbers: Vec<_> = self.enums[at as usize].numbers.iter().collect();
                numbers.sort_by_key(|&(name, number)| (number, name));
                let lines = numbers
                    .iter()
                    .map(|(name, number)| format!("  {name} = {number}\n"));
                format!(
                    "{} {{\n{}}}\n",
                    self.describe(ty),
                    lines.collect::<String>()
                )
            }
            other => self.name(other) + "\n",
        }
    }

    fn member(&self, field: &Field) -> String {
        let word = match (field.required, field.optional) {
            (true, _) => "required ",
            (_, true) => "optional ",
            _ => "",
        };
        let default = self.default_json(field);
        let default = default.map(|json| format!(" = {json}")).unwrap_or_default();
        let (id, ty, name) = (field.id, self.name(field.ty), &field.name);
        format!("  {id}: {word}{ty} {name}{default}\n")
    }

    /// The default value of the IDL, as JSON.
    fn default_json(&self, field: &Field) -> Option<String> {
        let options = JsonOptions::new().enums(EnumForm::Name);
        let (default, mut json) = (field.default.as_deref()?, Vec::new());
        let read = decode::decode(self, &options, default, &mut json, |decoder| {
            decoder.value(field.ty, field.place, field.js_conv)
        });
        read.ok().and_then(|()| String::from_utf8(json).ok())
    }

    /// The structs and enums that types are made of, each before what it holds, and once.
    pub(crate) fn parts(&self, of: impl IntoIterator<Item = Type>) -> Vec<Type> {
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        let mut todo: Vec<_> = of.into_iter().collect();
        todo.reverse();
        while let Some(ty) = todo.pop() {
            // A type of many typedefs may hold another one very often.
            if known.insert(ty) {
                if matches!(ty, Type::Enum(_) | Type::Struct(_)) {
                    found.push(ty);
                }
                todo.extend(self.held(ty).into_iter().rev());
            }
        }
        found
    }

    /// The types that a type names: of its elements, of its keys and values, of its fields.
    fn held(&self, ty: Type) -> Vec<Type> {
        match ty {
            Type::List(at) | Type::Set(at) => vec![self.elements[at as usize]],
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                vec![key, value]
            }
            Type::Struct(at) => {
                let fields = self.structs[at as usize].fields.iter();
                fields.map(|field| field.ty).collect()
            }
            _ => Vec::new(),
        }
    }

    /// An example of a type as JSON, in lines: every field once (deep inside of a large message, only the
    /// required ones) with the IDL's default or zero, one element in each container, the first name of each
    /// enum, the first member of each union.
    pub(crate) fn template(&self, ty: Type) -> String {
        Template::of(self, ty, None)
    }

    /// An example with random values instead of zeros, the same for the same seed: up to three elements in each
    /// list, any name of each enum, any member of each union.
    pub(crate) fn sample(&self, ty: Type, seed: u64) -> String {
        Template::of(self, ty, Some(Random(fastrand::Rng::with_seed(seed))))
    }
}
