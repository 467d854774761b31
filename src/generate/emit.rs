//! The IDL itself, for other programs.

use streamgen_idl::{Diagnostic, SourceMap};

use super::{Surroundings, load};
use crate::ast;
use crate::error::Error;
use crate::options::Options;

/// An IDL as other programs read it.
#[derive(Debug)]
pub struct Ast {
    /// The document, which `docs/ast.md` describes.
    pub json: String,
    /// What is legal in the IDL but probably not meant.
    pub warnings: Vec<Diagnostic>,
    /// The IDL files that were read, which the warnings point into.
    pub sources: SourceMap,
}

/// Reads an IDL as [`generate`](super::generate) does, and gives the shared AST instead of code. Of the
/// options, those count that say where the IDL is and how it is read.
///
/// # Errors
///
/// Fails when the options contradict each other, and when the IDL cannot be read or has an error.
pub fn read_ast(options: &Options) -> Result<Ast, Error> {
    let loaded = load(options, Surroundings::of_project())?;
    let (diagnostics, sources) = (loaded.diagnostics, loaded.sources);
    match loaded.schema {
        Some(schema) => Ok(Ast {
            json: ast::to_json(&schema, &sources),
            warnings: diagnostics,
            sources,
        }),
        None => Err(Error::idl(diagnostics, sources)),
    }
}
