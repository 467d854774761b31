//! Files of a schema.

use std::path::PathBuf;

use serde::Serialize;

use super::{Annotations, DefId, Docs};
use crate::source::{FileId, Span};

/// One IDL file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct File {
    /// Its id, the same as in the [`SourceMap`](crate::SourceMap).
    pub id: FileId,
    /// The path as written: by the caller for the root file, by the first `include` for others.
    pub path: PathBuf,
    /// The canonical path, by which files are told apart.
    pub canonical_path: PathBuf,
    /// The language.
    pub kind: FileKind,
    /// `namespace` lines in order, each scope at most once (the first counts). Of a Protobuf file,
    /// `go_package` with the scope `go`.
    pub namespaces: Vec<Namespace>,
    /// The `package` of a Protobuf file, complete; `None` without one, and for Thrift.
    pub package: Option<String>,
    /// Where it stands.
    pub package_span: Option<Span>,
    /// The chosen module path, one entry a segment. Thrift: namespace `rs`, else `rust`, `*`, `go`,
    /// else the lower-cased file stem (thrift-idl.md 4.3), so never empty. Protobuf: the package;
    /// empty without one. The names are not escaped for Rust.
    pub module: Vec<String>,
    /// The included files in order, one entry for each `include` line.
    pub includes: Vec<Include>,
    /// The comment that opens the file, when a blank line separates it from what follows.
    pub docs: Docs,
    /// The definitions in the order of the file.
    pub definitions: Vec<DefId>,
}

impl File {
    /// The name given to a namespace scope.
    #[must_use]
    pub fn namespace(&self, scope: &str) -> Option<&str> {
        let found = self
            .namespaces
            .iter()
            .find(|namespace| namespace.scope == scope)?;
        Some(&found.name)
    }

    /// The namespace that gives the module path; `None` when the file's name does, or Protobuf's
    /// package.
    #[must_use]
    pub fn module_namespace(&self) -> Option<&Namespace> {
        match self.kind {
            FileKind::Thrift => module_namespace(&self.namespaces),
            FileKind::Proto2 | FileKind::Proto3 => None,
        }
    }
}

/// The scopes that are asked for a module path, in order: Rust's own, the one for all languages, and
/// Go's, because that is what files of Kitex services have.
const MODULE_SCOPES: [&str; 4] = ["rs", "rust", "*", "go"];

/// Which namespace becomes the module path (thrift-idl.md 4.3, kitex-tool.md 17).
pub(crate) fn module_namespace(namespaces: &[Namespace]) -> Option<&Namespace> {
    let named = |scope: &&str| namespaces.iter().find(|one| one.scope == **scope);
    MODULE_SCOPES.iter().find_map(named)
}

/// The language a file is written in. Downstream only the choice of the payload codec may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Thrift.
    Thrift,
    /// Protobuf with `syntax = "proto2"`, or without a `syntax` line.
    Proto2,
    /// Protobuf with `syntax = "proto3"`.
    Proto3,
}

impl FileKind {
    /// Whether the file is a `.proto`.
    #[must_use]
    pub fn is_protobuf(self) -> bool {
        matches!(self, Self::Proto2 | Self::Proto3)
    }
}

/// One `namespace SCOPE NAME` line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Namespace {
    /// The language scope, or `*`.
    pub scope: String,
    /// The dotted name.
    pub name: String,
    /// Annotations after the name.
    pub annotations: Annotations,
    /// The whole line.
    pub span: Span,
}

/// One `include "…"` line, or one `import`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Include {
    /// The name before the dot in references: the file's base name without its last extension.
    /// Several includes may share one.
    pub prefix: String,
    /// The included file.
    pub file: FileId,
    /// Whether whoever includes this file sees the included one too: `import public`.
    pub public: bool,
    /// The whole line.
    pub span: Span,
}
