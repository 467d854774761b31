//! The generator: shared AST in, Rust files out.
#![deny(missing_docs)]
