//! The shared AST: what an IDL says, without a trace of how it was written down.
//!
//! Both front ends end here, and everything downstream starts here. The model is plain data: names
//! are resolved to ids, constants to values, `extends` to a service. It holds the names of the IDL
//! (also the names on the wire); the Rust names are the code generator's business.

mod annotation;
mod definition;
mod doc;
mod field;
mod file;
mod schema;
mod service;
mod type_ref;
mod value;

pub use annotation::{Annotation, Annotations};
pub use definition::{
    Const, DefId, Definition, DefinitionKind, Enum, EnumVariant, Oneof, StructKind, StructLike,
    Typedef,
};
pub use doc::Docs;
pub use field::{Encoding, Field, Requiredness};
pub(crate) use file::module_namespace;
pub use file::{File, FileKind, Include, Namespace};
pub use schema::Schema;
pub use service::{InheritedMethod, Method, Service, StreamingMode};
pub use type_ref::{TypeKind, TypeRef};
pub use value::{StructFieldValue, Value, ValueKind};
