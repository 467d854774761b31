//! The files of a run: the root and everything it imports, each read and parsed once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use protox::file::{File, FileResolver, GoogleFileResolver};
use protox::prost_reflect::prost_types::FileDescriptorProto;

use super::{ProtoFile, Tree, edition, features, import, message};
use crate::diagnostic::Diagnostic;
use crate::encoding;
use crate::file_system::FileSystem;
use crate::load::LoadOptions;
use crate::reading;
use crate::report::Report;
use crate::source::{FileId, SourceMap, Span};

/// Reads and parses everything; `None` when there is no root file. Every file that is missing or
/// does not parse is reported.
pub(super) fn load(
    options: &LoadOptions,
    files: &dyn FileSystem,
    sources: &mut SourceMap,
    report: &mut Report,
) -> Option<Tree> {
    let mut loader = Loader {
        options,
        files,
        sources,
        report,
        well_known: GoogleFileResolver::new(),
        by_path: HashMap::new(),
        found: Vec::new(),
    };
    loader.open_root()?;
    // Files are appended while the loop runs.
    let mut next = 0;
    while next < loader.found.len() {
        loader.follow_imports(next);
        next += 1;
    }
    let files = loader.found;
    Some(Tree { files })
}

/// The files while they are being read.
pub(super) struct Loader<'a> {
    pub(super) options: &'a LoadOptions,
    pub(super) files: &'a dyn FileSystem,
    pub(super) sources: &'a mut SourceMap,
    pub(super) report: &'a mut Report,
    /// `google/protobuf/….proto`, which protoc brings along too.
    pub(super) well_known: GoogleFileResolver,
    /// Canonical paths, by which files are told apart: one that is imported under two names is one
    /// file.
    pub(super) by_path: HashMap<PathBuf, FileId>,
    pub(super) found: Vec<ProtoFile>,
}

impl Loader<'_> {
    fn open_root(&mut self) -> Option<()> {
        let root = &self.options.root;
        let found = reading::find_root(self.files, root);
        let canonical = found.map_err(|found| self.report.add(*found)).ok()?;
        let name = import::root_name(self.options, self.files, &canonical);
        self.open(name, root, canonical, None).map(|_| ())
    }

    /// Reads and parses a file that is not loaded yet. `name` is how imports call it, `path` where
    /// it was found.
    pub(super) fn open(
        &mut self,
        name: String,
        path: &Path,
        canonical_path: PathBuf,
        imported_at: Option<Span>,
    ) -> Option<FileId> {
        let place = |found: Diagnostic| match imported_at {
            Some(span) => found.label(span, "imported here"),
            None => found,
        };
        let read = reading::read(self.files, path);
        let bytes = read.map_err(|found| self.report.add(place(*found))).ok()?;
        let (id, invalid_at) = self.sources.add_bytes(path.to_path_buf(), bytes);
        let text = self.sources.get(id)?.text();
        let descriptor = match invalid_at {
            Some(offset) => Err(vec![encoding::not_utf8(id, text.len(), offset)]),
            None => parse(id, &name, text),
        };
        let sound = descriptor.is_ok();
        let descriptor = descriptor.unwrap_or_else(|errors| {
            for error in errors {
                self.report.add(error);
            }
            FileDescriptorProto::default()
        });
        let written = if imported_at.is_some() {
            PathBuf::from(&name)
        } else {
            path.to_path_buf()
        };
        self.push(id, written, canonical_path, name, descriptor);
        self.found[id.index()].sound = sound;
        Some(id)
    }

    /// Adds a file to the tree.
    pub(super) fn push(
        &mut self,
        id: FileId,
        path: PathBuf,
        canonical_path: PathBuf,
        name: String,
        mut descriptor: FileDescriptorProto,
    ) {
        descriptor.name = Some(name);
        self.by_path.insert(canonical_path.clone(), id);
        self.found.push(ProtoFile {
            id,
            path,
            canonical_path,
            descriptor,
            imports: Vec::new(),
            sound: true,
        });
    }

    /// A file that protoc brings along; `None` when there is no such.
    pub(super) fn open_well_known(&mut self, name: &str) -> Option<FileId> {
        let path = PathBuf::from(name);
        if let Some(&known) = self.by_path.get(&path) {
            return Some(known);
        }
        let file = self.well_known.open_file(name).ok()?;
        let descriptor = file.file_descriptor_proto().clone();
        let id = self.sources.add(path.clone(), String::new());
        self.push(id, path.clone(), path, name.to_owned(), descriptor);
        Some(id)
    }
}

/// The text as a descriptor, not yet linked with what it imports.
fn parse(file: FileId, name: &str, text: &str) -> Result<FileDescriptorProto, Vec<Diagnostic>> {
    if let Some(found) = edition::find(file, text) {
        return Err(vec![found]);
    }
    let parsed: FileDescriptorProto = match File::from_source(name, text) {
        Ok(parsed) => parsed.into(),
        Err(error) => {
            return Err(match message::of_whole_file(file, text) {
                Some(found) => vec![found],
                None => message::of_text(&error, file, text),
            });
        }
    };
    match features::find(&parsed, file, text) {
        found if found.is_empty() => Ok(parsed),
        found => Err(found),
    }
}
