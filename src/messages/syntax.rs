//! What prost-build writes, as a tree: messages, oneofs, enums, and modules of nested types.
//!
//! [`parse`](super::parse) makes the tree, passes change it, and [`print`](super::print) lays it out.
//! What has no place in the tree is an error, so that a release of prost-build that writes something
//! new is noticed.

use crate::plan::RustType;

/// Everything in one module.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) items: Vec<Item>,
}

#[derive(Debug)]
pub(super) enum Item {
    Message(Message),
    Oneof(Oneof),
    Enumeration(Enumeration),
    Nested(Nested),
}

/// What stands above an item, a field or a value.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// Lines of documentation, without the slashes.
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    /// `#[derive(…)]`
    Derive(Vec<String>),
    /// `#[prost(…)]`
    Prost(Vec<Argument>),
    /// Any other, as it is written.
    Other(String),
}

/// An argument of `#[prost(…)]`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// One without the name of a type: `optional`, `tag = "1"`.
    Plain(String),
    /// `oneof = "path"`, `enumeration = "path"`.
    Type { key: String, path: String },
    /// `map = "key, value"`, `btree_map = "key, value"`.
    Map {
        collection: String,
        key: String,
        value: MapValue,
    },
}

/// What the values of a map are, in the words of prost's attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MapValue {
    Plain(String),
    /// `enumeration(path)`
    Enumeration(String),
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) above: Above,
    pub(super) ident: String,
    pub(super) fields: Vec<Field>,
    /// Whether the runtime's macro writes `Debug`, and not prost.
    pub(super) debug_by_macro: bool,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) above: Above,
    pub(super) ident: String,
    pub(super) ty: RustType,
}

/// The type of a oneof: its members are like fields.
#[derive(Debug)]
pub(super) struct Oneof {
    pub(super) above: Above,
    pub(super) ident: String,
    pub(super) members: Vec<Field>,
}

#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) above: Above,
    pub(super) ident: String,
    pub(super) values: Vec<Value>,
    /// Functions from and to the names of the IDL.
    pub(super) functions: Vec<Function>,
}

#[derive(Debug)]
pub(super) struct Value {
    pub(super) above: Above,
    pub(super) ident: String,
    pub(super) number: String,
}

/// A function that is one `match`.
#[derive(Debug)]
pub(super) struct Function {
    /// Lines of documentation, without the slashes.
    pub(super) docs: Vec<String>,
    pub(super) signature: String,
    /// What is matched.
    pub(super) on: String,
    pub(super) arms: Vec<Arm>,
}

#[derive(Debug)]
pub(super) struct Arm {
    pub(super) attributes: Vec<String>,
    pub(super) pattern: String,
    pub(super) value: ArmValue,
}

#[derive(Debug)]
pub(super) enum ArmValue {
    Plain(String),
    /// `Some(…)`
    Some(String),
}

/// The module of what is nested in the message above it.
#[derive(Debug)]
pub(super) struct Nested {
    /// The message, in the words of the documentation.
    pub(super) message: String,
    pub(super) ident: String,
    pub(super) module: Module,
}

impl Above {
    /// The arguments of all `#[prost(…)]`.
    pub(super) fn prost(&self) -> impl Iterator<Item = &Argument> {
        let lists = self.attributes.iter().filter_map(|one| match one {
            Attribute::Prost(arguments) => Some(arguments),
            _ => None,
        });
        lists.flatten()
    }
}

impl Module {
    /// Every item, also of the modules below.
    pub(super) fn for_each(&mut self, visit: &mut impl FnMut(&mut Item)) {
        for item in &mut self.items {
            visit(item);
            if let Item::Nested(nested) = item {
                nested.module.for_each(visit);
            }
        }
    }
}

impl Item {
    /// What stands above it; nothing but a sentence of prost-build's above a module.
    pub(super) fn above(&mut self) -> Option<&mut Above> {
        match self {
            Self::Message(item) => Some(&mut item.above),
            Self::Oneof(item) => Some(&mut item.above),
            Self::Enumeration(item) => Some(&mut item.above),
            Self::Nested(_) => None,
        }
    }
}
