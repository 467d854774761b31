//! The shared AST as JSON, for other programs: `-emit ast`.
//!
//! What is written is a view of the model with names of its own, so that the model can change and the
//! view does not. `docs/ast.md` describes it and `docs/ast.schema.json` is its schema. No field is ever
//! absent, removed or given another meaning within a version; new ones may be added.

mod definition;
mod file;
mod member;
mod place;
mod type_ref;
mod value;

use serde::Serialize;
use streamgen_idl::SourceMap;
use streamgen_idl::model::{Annotations, Docs, Schema};

use definition::DefinitionView;
use file::FileView;

/// The form of the document. A reader has to refuse a larger number.
const VERSION: u32 = 1;

/// The whole document.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    /// The file that was asked for, as an index into `files`.
    root: usize,
    /// The root first, then what it includes, in the order in which it was found.
    files: Vec<FileView<'a>>,
    /// Those of all files. Other places name a definition by its index.
    definitions: Vec<DefinitionView<'a>>,
}

/// The document of a schema, whose files are those of `sources`: indented, with a line end behind it.
pub(crate) fn to_json(schema: &Schema, sources: &SourceMap) -> String {
    let reader = Reader { schema, sources };
    let files = schema.files.iter().map(|file| FileView::new(reader, file));
    let definitions = schema.definitions.iter();
    let document = Document {
        version: VERSION,
        root: schema.root.index(),
        files: files.collect(),
        definitions: definitions
            .map(|definition| DefinitionView::new(reader, definition))
            .collect(),
    };
    // A writer to memory does not fail, and every key is text.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// What a view is made from.
#[derive(Clone, Copy)]
struct Reader<'a> {
    schema: &'a Schema,
    sources: &'a SourceMap,
}

/// An annotation of Thrift, or an option of Protobuf.
#[derive(Serialize)]
struct AnnotationView<'a> {
    key: &'a str,
    /// With escapes decoded; `null` where only the key is written.
    value: Option<&'a str>,
}

fn annotations(of: &Annotations) -> Vec<AnnotationView<'_>> {
    let entries = of.entries.iter().map(|entry| AnnotationView {
        key: &entry.key,
        value: entry.value.as_deref(),
    });
    entries.collect()
}

/// The lines of a comment.
fn docs(of: &Docs) -> &[String] {
    &of.lines
}
