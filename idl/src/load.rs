//! The entry point: a root file and options in, a schema or diagnostics out.

use std::path::PathBuf;

use protox::prost_reflect::prost_types::FileDescriptorSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::file_system::FileSystem;
use crate::model::Schema;
use crate::report::Report;
use crate::source::SourceMap;
use crate::{protobuf, thrift};

/// Largest IDL file that is read, in bytes: 16 MiB. The largest files in the field have some
/// hundred kilobytes; the bound keeps a wrong path from filling the memory. While a file is parsed
/// it takes some sixty times its size.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Most files one run reads, the root and everything it includes.
pub const MAX_FILES: usize = 10_000;

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The IDL file, relative to the working directory or absolute.
    pub root: PathBuf,
    /// Folders in which includes are looked for, in order, after the folder of the including file
    /// and before the working directory (`-I`).
    pub include_dirs: Vec<PathBuf>,
    /// The language; `None` goes by the suffix: Protobuf for `.proto`, else Thrift.
    pub language: Option<Language>,
    /// A `google.protobuf.FileDescriptorSet`, as `protoc --include_imports --descriptor_set_out`
    /// writes it, that is read instead of `.proto` files. The root then is the name of a file in it.
    pub descriptor_set: Option<PathBuf>,
    /// Give the descriptors of Protobuf as bytes too.
    pub encode_descriptors: bool,
}

/// The IDL languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Thrift.
    Thrift,
    /// Protobuf.
    Protobuf,
}

impl LoadOptions {
    fn language(&self) -> Language {
        let by_suffix = match self.root.extension() {
            Some(suffix) if suffix == "proto" => Language::Protobuf,
            _ if self.descriptor_set.is_some() => Language::Protobuf,
            _ => Language::Thrift,
        };
        self.language.unwrap_or(by_suffix)
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Loaded {
    /// The schema; `None` exactly when there is an error among the diagnostics.
    pub schema: Option<Schema>,
    /// Of a Thrift IDL with errors, what could be understood, so that a generator can look for more of
    /// them. What is wrong is there as a `bool`, or without members; nothing can be made from it.
    pub partial: Option<Schema>,
    /// Of Protobuf, the descriptors of the same files, linked, imported ones first: what a
    /// generator of messages needs. They hold what the schema leaves out, such as extensions.
    pub descriptors: Option<FileDescriptorSet>,
    /// The same as a serialized `FileDescriptorSet` for other programs, if it was asked for: without
    /// comments and places, but with custom options.
    pub encoded_descriptors: Option<Vec<u8>>,
    /// The text of every file that was read, for drawing the diagnostics.
    pub sources: SourceMap,
    /// Errors and warnings, sorted by file and position; at most
    /// [`MAX_DIAGNOSTICS`](crate::MAX_DIAGNOSTICS) of each.
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics were dropped because of that bound.
    pub dropped: usize,
}

impl Loaded {
    /// Whether there is an error among the diagnostics.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error)
    }
}

/// Loads a file and everything it includes.
///
/// Never panics and never recurses without bound, whatever the bytes. A Thrift file that does not
/// parse stops at its first error, and nothing is said about names that other files take from it;
/// else every rule that is broken is reported in one run.
///
/// ```no_run
/// use streamgen_idl::{Disk, LoadOptions, load};
///
/// let options = LoadOptions { root: "idl/echo.thrift".into(), include_dirs: vec!["idl".into()],
///     ..LoadOptions::default() };
/// let loaded = load(&options, &Disk);
/// for found in &loaded.diagnostics {
///     let place = found.primary_span().and_then(|span| loaded.sources.position(span));
///     println!("{} {}: {} at {place:?}", found.severity, found.code, found.message);
/// }
/// if let Some(schema) = loaded.schema {
///     for (def, _) in schema.services_of(schema.root) {
///         println!("{} has {} methods", def.name, schema.methods_of(def.id).len());
///     }
/// }
/// ```
#[must_use]
pub fn load(options: &LoadOptions, files: &dyn FileSystem) -> Loaded {
    let mut sources = SourceMap::new();
    let mut report = Report::default();
    let loaded = match options.language() {
        Language::Thrift => {
            thrift::load(options, files, &mut sources, &mut report).map(|schema| (schema, None))
        }
        Language::Protobuf => protobuf::load(options, files, &mut sources, &mut report)
            .map(|(schema, linked)| (schema, Some(linked))),
    };
    let (found, linked) = loaded.unzip();
    let (schema, partial) = match report.has_errors() {
        false => (found, None),
        true => (None, found),
    };
    let linked = linked.flatten().unwrap_or_default();
    let (diagnostics, dropped) = report.finish();
    Loaded {
        schema,
        partial,
        descriptors: linked.descriptors,
        encoded_descriptors: linked.encoded,
        sources,
        diagnostics,
        dropped,
    }
}
