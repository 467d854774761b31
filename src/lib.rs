//! The generator: shared AST in, Rust files out.
//!
//! Data flows one way: [`Options`] → [`generate()`] → [`FilePlan`] → disk. The command line is a thin
//! door to that, and every other door gives the same bytes.
#![deny(missing_docs)]

mod ast;
mod build;
#[cfg(feature = "cli")]
pub mod cli;
mod error;
mod generate;
mod inline;
mod layout;
mod messages;
mod note;
mod options;
mod output;
mod parallel;
mod paths;
mod plan;
mod project;
mod quote;
mod render;
mod scaffold;
mod timings;
mod view;

pub use build::{BuildError, Generator};
pub use error::{Error, IdlErrors};
pub use generate::{Ast, Batch, Generated, generate, generate_all, read_ast};
pub use note::{Note, NoteSeverity};
pub use options::{
    BytesType, CiSystem, DEFAULT_GEN_PATH, ExternPath, IdlPath, IdlType, InvalidIdlPath,
    InvalidPathOption, InvalidRuntimeSource, InvalidRustPath, MapType, Options, PathAttribute,
    PathChoice, Rename, RuntimeSource, RustPath, StringType, TypeOptions, UnknownChoice,
};
pub use output::{Action, Change, Edit, FilePlan, Ownership, PlannedFile, WriteError};
pub use project::{Fault, FaultKind};
pub use timings::Timing;
