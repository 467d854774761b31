//! Files.

use serde::Serialize;
use streamgen_idl::model::{File, FileKind, Include, Namespace};

use super::place::{PlaceView, place};
use crate::paths::slashes;

use super::{AnnotationView, Reader, annotations, docs};

/// One IDL file.
#[derive(Serialize)]
pub(super) struct FileView<'a> {
    /// As it was opened, with forward slashes.
    path: String,
    language: &'static str,
    /// The package of a `.proto`.
    package: Option<&'a str>,
    /// The path of the Rust module, one entry a segment, as the IDL spells it.
    module: &'a [String],
    namespaces: Vec<NamespaceView<'a>>,
    includes: Vec<IncludeView<'a>>,
    docs: &'a [String],
    /// Indices into the definitions of the document, in the order of the file.
    definitions: Vec<usize>,
}

/// A `namespace` line; of a `.proto`, its `go_package`.
#[derive(Serialize)]
struct NamespaceView<'a> {
    scope: &'a str,
    name: &'a str,
    annotations: Vec<AnnotationView<'a>>,
    place: Option<PlaceView>,
}

/// An `include` or `import` line.
#[derive(Serialize)]
struct IncludeView<'a> {
    /// An index into the files of the document.
    file: usize,
    /// What references say in front of the dot.
    prefix: &'a str,
    /// `import public`
    public: bool,
    place: Option<PlaceView>,
}

impl<'a> FileView<'a> {
    pub(super) fn new(reader: Reader<'a>, file: &'a File) -> Self {
        let opened = reader.sources.get(file.id).map(|source| source.path());
        let definitions = file.definitions.iter().map(|id| id.index());
        Self {
            path: slashes(opened.unwrap_or(&file.path)),
            language: match file.kind {
                FileKind::Thrift => "thrift",
                FileKind::Proto2 => "proto2",
                FileKind::Proto3 => "proto3",
            },
            package: file.package.as_deref(),
            module: &file.module,
            namespaces: file
                .namespaces
                .iter()
                .map(|one| namespace(reader, one))
                .collect(),
            includes: file
                .includes
                .iter()
                .map(|one| include(reader, one))
                .collect(),
            docs: docs(&file.docs),
            definitions: definitions.collect(),
        }
    }
}

fn namespace<'a>(reader: Reader<'a>, namespace: &'a Namespace) -> NamespaceView<'a> {
    NamespaceView {
        scope: &namespace.scope,
        name: &namespace.name,
        annotations: annotations(&namespace.annotations),
        place: place(reader, namespace.span),
    }
}

fn include<'a>(reader: Reader<'a>, include: &'a Include) -> IncludeView<'a> {
    IncludeView {
        file: include.file.index(),
        prefix: &include.prefix,
        public: include.public,
        place: place(reader, include.span),
    }
}
