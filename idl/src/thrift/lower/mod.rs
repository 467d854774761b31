//! Syntax trees → model.
//!
//! 1. `symbols`: every definition gets its id and its name a place in a table.
//! 2. `definition` and its neighbours: references become ids, numbers numbers. Values wait.
//! 3. `check`: rules about types and services, each in a file of its own.
//! 4. `value`: constants in the order of their dependencies, then defaults.
//!
//! One mistake gives one message, and hides no other. A name that leads nowhere becomes a type that
//! leads nowhere, and nothing more is said about what has that type; all else of its field, method
//! and definition is kept and checked. The schema is complete or not there.

mod annotation;
mod check;
mod definition;
mod definitions;
mod field;
mod function;
mod integer;
mod partial;
mod retry;
mod symbol;
mod symbols;
mod type_ref;
mod value;

use self::definition::Lowering;
use self::definitions::Definitions;
use self::symbols::Symbols;
use super::docs::Comments;
use super::module_path::module_path;
use super::tree::{ParsedFile, Tree};
use crate::model::{File, FileKind, Include, Namespace, Schema};
use crate::report::Report;
use crate::source::SourceMap;

/// Lowers all files. If lowering reports an error, the schema is [`partial`]; if a file could not
/// be lowered at all, there is no schema.
pub(super) fn lower(tree: &Tree, sources: &SourceMap, report: &mut Report) -> Option<Schema> {
    let symbols = Symbols::declare(tree, report);
    let mut definitions = Definitions::new(symbols.len());
    let mut files = Vec::new();
    let mut constants = Vec::new();
    for file in &tree.files {
        let text = sources.get(file.id)?.text();
        let comments = Comments::new(text, &file.comments);
        let mut lowering = Lowering {
            symbols: &symbols,
            report,
            file: file.id,
            comments,
        };
        lowering.definitions(&file.document, &mut definitions);
        constants.extend(lowering.constants(&file.document));
        files.push(self::file(file, &mut lowering));
    }
    check::all(&symbols, &mut definitions, report);
    value::lower_all(tree, constants, &symbols, &mut definitions, report);
    let is_known = |file: &ParsedFile| file.parses && file.missing.is_empty();
    let definitions = match report.has_errors() {
        false => definitions.complete()?,
        true if tree.files.iter().all(is_known) => partial::definitions(definitions, &symbols),
        true => return None,
    };
    Some(Schema {
        root: tree.files.first().map(|file| file.id)?,
        files,
        order: tree.order.clone(),
        definitions,
    })
}

fn file(parsed: &ParsedFile, lowering: &mut Lowering<'_, '_>) -> File {
    if let Some(span) = parsed.document.late_header {
        check::late_header(span, lowering.report);
    }
    let namespaces: Vec<Namespace> = namespaces(parsed, lowering);
    let includes = parsed.includes.iter().map(|include| Include {
        prefix: include.prefix.clone(),
        file: include.file,
        public: false,
        span: include.span,
    });
    let first = parsed
        .document
        .definitions
        .first()
        .map(|definition| definition.span);
    File {
        id: parsed.id,
        path: parsed.path.clone(),
        canonical_path: parsed.canonical_path.clone(),
        kind: FileKind::Thrift,
        package: None,
        package_span: None,
        module: module_path(&namespaces, &parsed.path),
        namespaces,
        includes: includes.collect(),
        docs: lowering.comments.of_file(first),
        definitions: lowering.symbols.of_file(parsed.id),
    }
}

/// The first namespace of each scope.
fn namespaces(parsed: &ParsedFile, lowering: &mut Lowering<'_, '_>) -> Vec<Namespace> {
    let mut namespaces: Vec<Namespace> = Vec::new();
    for written in &parsed.document.namespaces {
        check::namespace_name(&written.name, lowering.report);
        if let Some(first) = namespaces.iter().find(|first| first.scope == written.scope) {
            check::repeated_namespace(first, written, lowering.report);
            continue;
        }
        namespaces.push(Namespace {
            scope: written.scope.clone(),
            name: written.name.text.clone(),
            annotations: lowering.annotations(&written.annotations),
            span: written.span,
        });
    }
    namespaces
}
