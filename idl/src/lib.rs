//! Thrift and Protobuf IDL text in, one shared AST out.
//!
//! The crate has three rooms. The front ends read text: they are private, and so are their syntax
//! trees. The [`model`] is what both produce: plain data, every name resolved. A [`Diagnostic`] says
//! what is wrong, and where, by spans into the [`SourceMap`].
#![deny(missing_docs)]

mod code;
mod diagnostic;
pub mod model;
mod source;

pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use source::{FileId, LineColumn, SourceFile, SourceMap, Span};

/// Largest IDL file that is read, in bytes: 16 MiB. The largest files in the field have some
/// hundred kilobytes; the bound keeps a wrong path from filling the memory.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
