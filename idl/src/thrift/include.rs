//! The files of a run: the root and everything it includes, each read once.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::circle::{self, Step};
use super::parse::parse;
use super::scan::{Comment, scan};
use super::syntax::{Document, Include};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::file_system::FileSystem;
use crate::graph;
use crate::load::{LoadOptions, MAX_FILE_BYTES, MAX_FILES};
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
}

/// One include that was found.
pub(super) struct ResolvedInclude {
    pub(super) prefix: String,
    pub(super) file: FileId,
    pub(super) span: Span,
}

/// Reads and parses everything; `None` when a file is missing or does not parse, or includes run in
/// a circle. All such errors of all files are reported.
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
    let order = check_cycles(&parsed, sources, report);
    if report.has_errors() {
        return None;
    }
    Some(Tree {
        files: parsed,
        order,
    })
}

struct Loader<'a> {
    options: &'a LoadOptions,
    files: &'a dyn FileSystem,
    sources: &'a mut SourceMap,
    report: &'a mut Report,
    by_path: HashMap<PathBuf, FileId>,
    parsed: Vec<ParsedFile>,
    /// The include that led to each file first; `None` for the root.
    included_at: Vec<Option<Span>>,
}

impl Loader<'_> {
    fn open_root(&mut self) -> Option<()> {
        let root = &self.options.root;
        if self.files.is_directory(root) {
            let message = format!("`{}` is a directory, not an IDL file", root.display());
            self.report.add(Diagnostic::new(Code::NotAFile, message));
            return None;
        }
        let canonical = match self.files.canonicalize(root) {
            Ok(path) => path,
            Err(error) => {
                self.report.add(not_readable(root, &error));
                return None;
            }
        };
        self.open(root.clone(), root, canonical, None).map(|_| ())
    }

    /// Reads and parses a file that is not loaded yet. `written` is its path as the IDL has it,
    /// `path` as it was found.
    fn open(
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
        let bytes = match self.files.read(path, MAX_FILE_BYTES + 1) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.report.add(place(not_readable(path, &error)));
                return None;
            }
        };
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let message = format!("`{}` is larger than {MAX_FILE_BYTES} bytes", path.display());
            self.report
                .add(place(Diagnostic::new(Code::FileTooLarge, message)));
            return None;
        }
        let (id, document, comments) = self.parse(path, bytes);
        self.by_path.insert(canonical_path.clone(), id);
        let includes = Vec::new();
        self.parsed.push(ParsedFile {
            id,
            path: written,
            canonical_path,
            document,
            comments,
            includes,
        });
        self.included_at.push(included_at);
        Some(id)
    }

    /// Parses a file; one that does not parse becomes an empty document, and an error.
    fn parse(&mut self, path: &Path, bytes: Vec<u8>) -> (FileId, Document, Vec<Comment>) {
        let (text, invalid_at) = decode(bytes);
        let id = self.sources.add(path.to_path_buf(), text);
        let Some(text) = self.sources.get(id).map(|file| file.text()) else {
            return (id, Document::default(), Vec::new());
        };
        let parsed = match invalid_at {
            Some(offset) => Err(Box::new(not_utf8(id, text.len(), offset))),
            None => scan(id, text)
                .map_err(Box::new)
                .and_then(|comments| Ok((parse(id, text)?, comments))),
        };
        match parsed {
            Ok((document, comments)) => (id, document, comments),
            Err(error) => {
                self.report.add(*error);
                (id, Document::default(), Vec::new())
            }
        }
    }

    fn follow_includes(&mut self, index: usize) {
        let includes = std::mem::take(&mut self.parsed[index].document.includes);
        for include in includes {
            let Some(file) = self.find_and_open(index, &include) else {
                continue;
            };
            let prefix = prefix(&include.path.raw);
            self.parsed[index].includes.push(ResolvedInclude {
                prefix,
                file,
                span: include.span,
            });
        }
    }

    fn find_and_open(&mut self, from: usize, include: &Include) -> Option<FileId> {
        let found = self.find(from, include)?;
        if let Some(&known) = self.by_path.get(&found.canonical) {
            return Some(known);
        }
        let span = include.path.span;
        if self.parsed.len() >= MAX_FILES {
            let message = format!("more than {MAX_FILES} files are included");
            self.report
                .add(Diagnostic::new(Code::TooManyFiles, message).label(span, ""));
            return None;
        }
        self.open(
            PathBuf::from(&include.path.raw),
            &found.path,
            found.canonical,
            Some(span),
        )
    }

    /// Looks for an included file: the folder of the including file first, then the include
    /// folders, then the working directory (thrift-idl.md 4.2).
    fn find(&mut self, from: usize, include: &Include) -> Option<Found> {
        let file = self.parsed[from].id;
        let own_dir = self.sources.get(file).and_then(|file| file.path().parent());
        let own_dir = own_dir.unwrap_or(Path::new("")).to_path_buf();
        let mut dirs = vec![own_dir];
        dirs.extend(self.options.include_dirs.iter().cloned());
        let working_dir = dirs.len();
        dirs.push(PathBuf::new());
        let mut directory = None;
        for (index, dir) in dirs.iter().enumerate() {
            let path = dir.join(&include.path.raw);
            let Ok(canonical) = self.files.canonicalize(&path) else {
                continue;
            };
            if self.files.is_directory(&path) {
                directory.get_or_insert(path);
                continue;
            }
            if index == working_dir && !dirs[..working_dir].contains(&dirs[working_dir]) {
                self.warn_about_working_dir(include);
            }
            return Some(Found { path, canonical });
        }
        match directory {
            Some(path) => {
                let message = format!("`{}` is a directory, not an IDL file", path.display());
                let found = Diagnostic::new(Code::NotAFile, message);
                self.report.add(found.label(include.path.span, ""));
            }
            None => self.report_missing(from, include, &dirs),
        }
        None
    }

    fn warn_about_working_dir(&mut self, include: &Include) {
        let message = format!(
            "`{}` is found in the working directory only",
            include.path.raw
        );
        let found = Diagnostic::new(Code::IncludeFromWorkingDirectory, message)
            .label(include.path.span, "")
            .help("add `-I .`, so that it does not matter where the tool is run");
        self.report.add(found);
    }

    fn report_missing(&mut self, from: usize, include: &Include, dirs: &[PathBuf]) {
        let message = format!("cannot find the included file `{}`", include.path.raw);
        let mut found =
            Diagnostic::new(Code::IncludeNotFound, message).label(include.path.span, "");
        let mut searched: Vec<String> = Vec::new();
        for dir in dirs {
            let dir = if dir.as_os_str().is_empty() {
                Path::new(".")
            } else {
                dir
            };
            let name = format!("`{}`", dir.display());
            if !searched.contains(&name) {
                searched.push(name);
            }
        }
        found = found.note(format!("searched in {}", searched.join(", ")));
        for span in self.chain(from) {
            if let Some((path, at)) = self.sources.position(span) {
                let (path, line, column) = (path.display(), at.line, at.column);
                found = found.note(format!("included from {path}:{line}:{column}"));
            }
        }
        self.report
            .add(found.help("name the folder of the file with `-I`"));
    }

    /// The includes that led to a file, the nearest first.
    fn chain(&self, file: usize) -> Vec<Span> {
        /// Enough to see where one is.
        const MAX_SHOWN: usize = 16;
        let above = |span: &Span| self.included_at[span.file.index()];
        std::iter::successors(self.included_at[file], above)
            .take(MAX_SHOWN)
            .collect()
    }
}

/// A file that exists.
struct Found {
    path: PathBuf,
    canonical: PathBuf,
}

/// The text without a byte order mark; if it is not UTF-8, the part before the offending byte, and
/// that byte's offset in the file.
fn decode(mut bytes: Vec<u8>) -> (String, Option<usize>) {
    const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
    let skipped = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    bytes.drain(..skipped);
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(valid);
            (
                String::from_utf8(bytes).unwrap_or_default(),
                Some(skipped + valid),
            )
        }
    }
}

fn not_utf8(file: FileId, at: usize, offset: usize) -> Diagnostic {
    let span = Span::new(file, at as u32, at as u32);
    Diagnostic::new(
        Code::NotUtf8,
        format!("the file is not UTF-8: byte {offset} is not valid"),
    )
    .label(span, "")
    .help("save the file as UTF-8")
}

fn not_readable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::FileNotReadable,
        format!("cannot read `{}`: {error}", path.display()),
    )
}

/// The name before the dot in references: the base name without its last extension.
fn prefix(path: &str) -> String {
    Path::new(path)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Reports includes that run in a circle; returns the files in an order in which every file comes
/// after those it includes.
fn check_cycles(files: &[ParsedFile], sources: &SourceMap, report: &mut Report) -> Vec<FileId> {
    let edges: Vec<Vec<usize>> = files
        .iter()
        .map(|file| {
            file.includes
                .iter()
                .map(|include| include.file.index())
                .collect()
        })
        .collect();
    let components = graph::components(&edges);
    for component in &components {
        if let Some(path) = graph::cycle(&edges, component) {
            report.add(include_cycle(files, sources, &path));
        }
    }
    components
        .iter()
        .flatten()
        .map(|&index| files[index].id)
        .collect()
}

fn include_cycle(files: &[ParsedFile], sources: &SourceMap, path: &[usize]) -> Diagnostic {
    let mut steps = Vec::new();
    for (at, &index) in path.iter().enumerate() {
        let target = path[(at + 1) % path.len()];
        let mut includes = files[index].includes.iter();
        let include = includes.find(|include| include.file.index() == target);
        let source = sources.get(files[index].id);
        if let Some((include, source)) = include.zip(source) {
            steps.push(Step {
                name: source.path().display().to_string(),
                span: include.span,
            });
        }
    }
    circle::describe(
        Code::IncludeCycle,
        "includes run in a circle",
        "includes",
        &steps,
    )
}
