//! An IDL, compiled: what a conversion needs at each value, by index.

mod absent;
mod compile;
mod constant;
mod mode;
mod names;
mod services;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Place;
use crate::wire;

pub(crate) use compile::compile;
pub use mode::Mode;

/// A compiled IDL. It is cheap to clone, and never changes: [`Provider::load`](crate::Provider::load)
/// gives another one when the IDL has changed.
#[derive(Clone, Debug)]
pub struct Schema(pub(crate) Arc<Compiled>);

/// The tables. Types hold indices into them.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    /// Paths of the IDL files, as the loader names them.
    pub(crate) files: Vec<String>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) enums: Vec<Enum>,
    /// Types of elements of lists and sets.
    pub(crate) elements: Vec<Type>,
    /// Types of keys and values of maps.
    pub(crate) maps: Vec<(Type, Type)>,
    /// Services of the root file, in its order.
    pub(crate) services: Vec<Service>,
}

/// A type behind all typedefs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    Enum(u32),
    List(u32),
    Set(u32),
    Map(u32),
    Struct(u32),
}

impl Type {
    pub(crate) fn wire(self) -> u8 {
        match self {
            Self::Bool => wire::BOOL,
            Self::I8 => wire::I8,
            Self::I16 => wire::I16,
            Self::I32 | Self::Enum(_) => wire::I32,
            Self::I64 => wire::I64,
            Self::Double => wire::DOUBLE,
            Self::String | Self::Binary => wire::STRING,
            Self::Uuid => wire::UUID,
            Self::List(_) => wire::LIST,
            Self::Set(_) => wire::SET,
            Self::Map(_) => wire::MAP,
            Self::Struct(_) => wire::STRUCT,
        }
    }
}

/// A struct, union or exception, or the arguments of a method.
#[derive(Debug)]
pub(crate) struct Struct {
    /// As the root file names it: with the prefix of the included file, if it is of one.
    pub(crate) name: String,
    pub(crate) is_union: bool,
    pub(crate) is_exception: bool,
    pub(crate) fields: Vec<Field>,
    /// Index of a field by its name in JSON.
    pub(crate) by_name: HashMap<Box<str>, usize>,
    /// Id and index of each field, by id.
    pub(crate) by_id: Vec<(i16, usize)>,
    pub(crate) place: Place,
}

impl Struct {
    /// The field with an id. Fields mostly arrive in the order of the IDL, so that the next one is
    /// tried first.
    pub(crate) fn find(&self, id: i16, next: usize) -> Option<usize> {
        if self.fields.get(next).is_some_and(|field| field.id == id) {
            return Some(next);
        }
        let at = self.by_id.binary_search_by_key(&id, |&(id, _)| id).ok()?;
        Some(self.by_id[at].1)
    }

    /// The field with a name in JSON, the next one tried first.
    pub(crate) fn named(&self, name: &str, next: usize) -> Option<usize> {
        if let Some(field) = self.fields.get(next)
            && names::is_same(field.name.as_bytes(), name.as_bytes())
        {
            return Some(next);
        }
        self.by_name.get(name).copied()
    }
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) id: i16,
    /// The name in JSON.
    pub(crate) name: Box<str>,
    /// `"name":`, as it is written.
    pub(crate) key: Box<str>,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    /// `api.js_conv`: `i64` as a string, in the field and what it holds.
    pub(crate) js_conv: bool,
    /// The bytes of the IDL's default value, if it has one.
    pub(crate) default: Option<Box<[u8]>>,
    /// What is written, head and value, if the JSON does not give the field; empty for nothing.
    pub(crate) absent: Box<[u8]>,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) numbers: HashMap<Box<str>, i32>,
    /// The canonical name of each number.
    pub(crate) names: HashMap<i32, Box<str>>,
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// What precedes the name in a path of gRPC.
    pub(crate) package: String,
    pub(crate) methods: Vec<Method>,
    pub(crate) by_name: HashMap<Box<str>, usize>,
}

#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) mode: Mode,
    pub(crate) request: Request,
    pub(crate) result: Option<Type>,
    pub(crate) throws: Vec<Throw>,
    pub(crate) place: Place,
}

/// What goes to the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request {
    /// The message of a stream, as it is.
    Bare(Type),
    /// The one argument, in the struct of arguments.
    Argument { id: i16, ty: Type },
    /// The struct of no or of several arguments.
    Arguments(Type),
}

/// An exception that a method declares.
#[derive(Debug)]
pub(crate) struct Throw {
    pub(crate) id: i16,
    pub(crate) name: String,
    pub(crate) ty: Type,
}

impl Compiled {
    /// A type in the words of the IDL.
    pub(crate) fn describe(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::Double => "double".to_owned(),
            Type::String => "string".to_owned(),
            Type::Binary => "binary".to_owned(),
            Type::Uuid => "uuid".to_owned(),
            Type::Enum(at) => format!("enum {}", self.enums[at as usize].name),
            Type::List(at) => format!("list<{}>", self.describe(self.elements[at as usize])),
            Type::Set(at) => format!("set<{}>", self.describe(self.elements[at as usize])),
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                format!("map<{}, {}>", self.describe(key), self.describe(value))
            }
            Type::Struct(at) => {
                let found = &self.structs[at as usize];
                let word = match (found.is_union, found.is_exception) {
                    (true, _) => "union",
                    (_, true) => "exception",
                    _ => "struct",
                };
                format!("{word} {}", found.name)
            }
        }
    }
}
