//! Thrift and Protobuf IDL text in, one shared AST out.
//!
//! The crate has three rooms. The front ends read text: they are private, and so are their syntax
//! trees. The [`model`] is what both produce: plain data, every name resolved. A [`Diagnostic`] says
//! what is wrong, and where, by spans into the [`SourceMap`].
#![deny(missing_docs)]

mod circle;
mod code;
mod diagnostic;
mod encoding;
mod file_system;
mod graph;
mod include_cycle;
mod load;
mod mixup;
pub mod model;
mod protobuf;
mod reading;
mod report;
mod source;
mod thrift;
mod tokens;
mod unclosed;
mod wording;

pub use code::{Code, UnknownCode};
pub use diagnostic::{Diagnostic, Label, Severity, Suggestion};
pub use file_system::{Disk, FileSystem};
pub use load::{Language, LoadOptions, Loaded, MAX_FILE_BYTES, MAX_FILES, load};
pub use protox::prost_reflect::prost_types;
pub use report::MAX_DIAGNOSTICS;
pub use source::{FileId, LineColumn, SourceFile, SourceMap, Span};
pub use wording::nearest;
