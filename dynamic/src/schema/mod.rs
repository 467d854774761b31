//! An IDL, compiled: what a conversion needs at each value, by index.

mod absent;
mod compile;
mod constant;
mod mode;
mod names;
mod protobuf;
mod services;
mod types;
mod well_known;

use std::collections::HashMap;
use std::sync::Arc;

use streamgen_idl::model::Encoding;

use crate::error::Place;
use crate::wire;

pub(crate) use compile::compile;
pub use mode::Mode;
pub(crate) use well_known::{NULL_VALUE, WellKnown};

/// How the messages of an IDL are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Thrift's binary protocol.
    #[default]
    Thrift,
    /// Protobuf.
    Protobuf,
}

/// A compiled IDL. It is cheap to clone, and never changes: [`Provider::load`](crate::Provider::load)
/// gives another one when the IDL has changed.
#[derive(Clone, Debug)]
pub struct Schema(pub(crate) Arc<Compiled>);

/// The tables. Types hold indices into them.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) codec: Codec,
    /// Paths of the IDL files, as the loader names them.
    pub(crate) files: Vec<String>,
    pub(crate) structs: Vec<Struct>,
    /// Index of a struct by its name, the first of each name.
    pub(crate) by_name: HashMap<Box<str>, u32>,
    pub(crate) enums: Vec<Enum>,
    /// Types of elements of lists and sets.
    pub(crate) elements: Vec<Type>,
    /// Types of keys and values of maps.
    pub(crate) maps: Vec<(Type, Type)>,
    /// Services of the root file, or of all files of a descriptor set, in their order.
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
    /// Only Protobuf has this type and the next two.
    U32,
    U64,
    Float,
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
    /// The mark of the type in Thrift.
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
            // Thrift has no such type, and no value has this mark.
            Self::U32 | Self::U64 | Self::Float => wire::STOP,
        }
    }
}

/// A struct, union or exception, the arguments of a method, or a message of Protobuf.
#[derive(Debug)]
pub(crate) struct Struct {
    /// As the root file names it: with the prefix of the included file, if it is of one. Of a message, its full
    /// name.
    pub(crate) name: String,
    pub(crate) is_union: bool,
    pub(crate) is_exception: bool,
    pub(crate) fields: Vec<Field>,
    /// Index of a field by its name in JSON; in Protobuf, by the name in the IDL too.
    pub(crate) by_name: HashMap<Box<str>, usize>,
    /// Id and index of each field, by id.
    pub(crate) by_id: Vec<(i32, usize)>,
    /// The names of the groups of which at most one field is set.
    pub(crate) oneofs: Vec<String>,
    /// A message that has a form of its own in JSON.
    pub(crate) well_known: Option<WellKnown>,
    pub(crate) place: Place,
}

impl Struct {
    /// The field with an id. Fields mostly arrive in the order of the IDL, so that the next one is
    /// tried first.
    pub(crate) fn find(&self, id: i32, next: usize) -> Option<usize> {
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
    pub(crate) id: i32,
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
    /// What only Protobuf has.
    pub(crate) protobuf: InProtobuf,
    pub(crate) place: Place,
}

impl Field {
    /// The id in Thrift, where all fit.
    pub(crate) fn thrift_id(&self) -> i16 {
        i16::try_from(self.id).unwrap_or_default()
    }

    /// Whether zero and nothing are the same, as in proto3 without a word.
    pub(crate) fn omits_zero(&self) -> bool {
        let is_message = matches!(self.ty, Type::List(_) | Type::Map(_) | Type::Struct(_));
        !self.required && !self.optional && self.protobuf.oneof.is_none() && !is_message
    }
}

/// What Protobuf says of a field, and Thrift does not.
#[derive(Debug, Default)]
pub(crate) struct InProtobuf {
    /// How the value is encoded; of a list, its elements; of a map, its values.
    pub(crate) encoding: Encoding,
    /// How the keys of a map are encoded.
    pub(crate) key_encoding: Encoding,
    pub(crate) packed: bool,
    /// The group of which at most one field is set.
    pub(crate) oneof: Option<usize>,
    /// The name in the IDL, and as it is written.
    pub(crate) idl_name: Box<str>,
    pub(crate) idl_key: Box<str>,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) numbers: HashMap<Box<str>, i32>,
    /// The canonical name of each number.
    pub(crate) names: HashMap<i32, Box<str>>,
    /// Whether a number without a name is no value, as in proto2.
    pub(crate) closed: bool,
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// What precedes the name in a path of gRPC. Empty for a `.proto` without a package.
    pub(crate) package: String,
    pub(crate) methods: Vec<Method>,
    pub(crate) by_name: HashMap<Box<str>, usize>,
}

#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) mode: Mode,
    /// Whether the method may run twice.
    pub(crate) retry_safe: bool,
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
        if self.codec == Codec::Protobuf {
            return self.describe_protobuf(ty);
        }
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::U32 => "u32".to_owned(),
            Type::U64 => "u64".to_owned(),
            Type::Float => "float".to_owned(),
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
