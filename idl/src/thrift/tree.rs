//! The files of a run: the root and everything it includes, each read and parsed once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::include::prefix;
use super::parse::parse;
use super::path_case::folded;
use super::scan::{Comment, scan};
use super::syntax::Document;
use crate::diagnostic::Diagnostic;
use crate::encoding;
use crate::file_system::FileSystem;
use crate::include_cycle;
use crate::load::LoadOptions;
use crate::reading;
use crate::report::Report;
use crate::source::{FileId, SourceMap, Span};

/// All files, parsed.
pub(super) struct Tree {
    /// By [`FileId`].
    pub(super) files: Vec<ParsedFile>,
    /// Every file after the files it includes.
    pub(super) order: Vec<FileId>,
}

/// One file, parsed.
pub(super) struct ParsedFile {
    pub(super) id: FileId,
    /// As written by the caller or in the first include.
    pub(super) path: PathBuf,
    pub(super) canonical_path: PathBuf,
    pub(super) document: Document,
    pub(super) comments: Vec<Comment>,
    pub(super) includes: Vec<ResolvedInclude>,
    /// Whether the text is Thrift; if not, the document is empty.
    pub(super) parses: bool,
    /// Prefixes of the includes that were not found.
    pub(super) missing: Vec<String>,
}

/// The tree of a file's text, and its comments.
type Parsed = (Document, Vec<Comment>);

/// One include that was found.
pub(super) struct ResolvedInclude {
    pub(super) prefix: String,
    pub(super) file: FileId,
    pub(super) span: Span,
}

/// Reads and parses everything; `None` when there is no root file. A file that is missing or does not
/// parse, and a circle of includes, are reported, and what is there is checked all the same.
pub(super) fn load_tree(
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
        by_path: HashMap::new(),
        by_folded_path: HashMap::new(),
        parsed: Vec::new(),
        included_at: Vec::new(),
    };
    loader.open_root()?;
    // Files are appended while the loop runs.
    let mut next = 0;
    while next < loader.parsed.len() {
        loader.follow_includes(next);
        next += 1;
    }
    let parsed = loader.parsed;
    let includes = parsed.iter().map(|file| {
        let includes = file.includes.iter();
        includes
            .map(|include| (include.file, include.span))
            .collect()
    });
    let order = include_cycle::check(&includes.collect::<Vec<_>>(), sources, report);
    Some(Tree {
        files: parsed,
        order,
    })
}

/// The files while they are being read.
pub(super) struct Loader<'a> {
    pub(super) options: &'a LoadOptions,
    pub(super) files: &'a dyn FileSystem,
    pub(super) sources: &'a mut SourceMap,
    pub(super) report: &'a mut Report,
    pub(super) by_path: HashMap<PathBuf, FileId>,
    /// By the path in which upper and lower case are the same.
    pub(super) by_folded_path: HashMap<String, FileId>,
    pub(super) parsed: Vec<ParsedFile>,
    /// The include that led to each file first; `None` for the root.
    pub(super) included_at: Vec<Option<Span>>,
}

impl Loader<'_> {
    fn open_root(&mut self) -> Option<()> {
        let root = &self.options.root;
        let found = reading::find_root(self.files, root);
        let canonical = found.map_err(|found| self.report.add(*found)).ok()?;
        self.open(root.clone(), root, canonical, None).map(|_| ())
    }

    /// Reads and parses a file that is not loaded yet. `written` is its path as the IDL has it,
    /// `path` as it was found.
    pub(super) fn open(
        &mut self,
        written: PathBuf,
        path: &Path,
        canonical_path: PathBuf,
        included_at: Option<Span>,
    ) -> Option<FileId> {
        let place = |found: Diagnostic| match included_at {
            Some(span) => found.label(span, "included here"),
            None => found,
        };
        let read = reading::read(self.files, path);
        let bytes = read.map_err(|found| self.report.add(place(*found))).ok()?;
        let (id, parsed) = self.parse(path, bytes);
        let parses = parsed.is_some();
        let (document, comments) = parsed.unwrap_or_default();
        self.by_path.insert(canonical_path.clone(), id);
        let folded = folded(&canonical_path);
        self.by_folded_path.entry(folded).or_insert(id);
        self.parsed.push(ParsedFile {
            id,
            path: written,
            canonical_path,
            document,
            comments,
            includes: Vec::new(),
            parses,
            missing: Vec::new(),
        });
        self.included_at.push(included_at);
        Some(id)
    }

    /// Parses a file; `None`, reported, when it does not parse.
    fn parse(&mut self, path: &Path, bytes: Vec<u8>) -> (FileId, Option<Parsed>) {
        let (id, invalid_at) = self.sources.add_bytes(path.to_path_buf(), bytes);
        let Some(text) = self.sources.get(id).map(|file| file.text()) else {
            return (id, None);
        };
        let parsed = match invalid_at {
            Some(offset) => Err(Box::new(encoding::not_utf8(id, text.len(), offset))),
            None => scan(id, text).and_then(|comments| Ok((parse(id, text)?, comments))),
        };
        match parsed {
            Ok(parsed) => (id, Some(parsed)),
            Err(error) => {
                self.report.add(*error);
                (id, None)
            }
        }
    }

    fn follow_includes(&mut self, index: usize) {
        let includes = std::mem::take(&mut self.parsed[index].document.includes);
        for include in includes {
            let prefix = prefix(&include.path.raw);
            let Some(file) = self.find_and_open(index, &include) else {
                self.parsed[index].missing.push(prefix);
                continue;
            };
            self.parsed[index].includes.push(ResolvedInclude {
                prefix,
                file,
                span: include.span,
            });
        }
    }
}
