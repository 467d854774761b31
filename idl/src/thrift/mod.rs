//! The Thrift front end: text → syntax tree → model.
//!
//! `scan` looks at the raw text, `grammar` and `parse*` make the syntax tree of one file, `tree`
//! reads a file and all it includes, `lower` resolves names and values across files and runs the checks. No type
//! of pest leaves `grammar`, no syntax tree leaves this module.

mod dialect;
mod docs;
mod grammar;
mod include;
mod literal;
mod lower;
mod module_path;
mod parse;
mod parse_member;
mod parse_type;
mod path_case;
mod scan;
mod syntax;
mod syntax_error;
mod tree;

use crate::circle;
use crate::file_system::FileSystem;
use crate::load::LoadOptions;
use crate::model::Schema;
use crate::report::Report;
use crate::source::SourceMap;

/// Loads a root file and all it includes. When an error was reported, the schema is partial, or not
/// there.
pub(crate) fn load(
    options: &LoadOptions,
    files: &dyn FileSystem,
    sources: &mut SourceMap,
    report: &mut Report,
) -> Option<Schema> {
    let tree = tree::load_tree(options, files, sources, report)?;
    lower::lower(&tree, sources, report)
}
