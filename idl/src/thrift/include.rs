//! Where an included file is looked for (thrift-idl.md 4.2).

use std::path::{Path, PathBuf};

use super::path_case;
use super::syntax::Include;
use super::tree::Loader;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::load::MAX_FILES;
use crate::source::{FileId, Span};

impl Loader<'_> {
    /// The included file, read now or before; `None`, reported, when there is none.
    pub(super) fn find_and_open(&mut self, from: usize, include: &Include) -> Option<FileId> {
        let found = self.find(from, include)?;
        let span = include.path.span;
        self.check_case(&include.path.raw, &found.canonical, span);
        if let Some(&known) = self.by_path.get(&found.canonical) {
            return Some(known);
        }
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
            .add(match self.differing_in_case(include, dirs) {
                Some(path) => found.suggest(
                    format!("there is `{path}`, which differs in case only"),
                    include.path.span,
                    format!("\"{path}\""),
                ),
                None => found.help("name the folder of the file with `-I`"),
            });
    }

    /// The path in one of the folders searched that was probably meant.
    fn differing_in_case(&self, include: &Include, dirs: &[PathBuf]) -> Option<String> {
        let path = Path::new(&include.path.raw);
        dirs.iter()
            .find_map(|dir| path_case::similar(self.files, dir, path))
            .map(|path| path.display().to_string())
    }

    /// Warns about an include that other disks would not find.
    fn check_case(&mut self, written: &str, canonical: &Path, span: Span) {
        let found = match self.by_folded_path.get(&path_case::folded(canonical)) {
            Some(other) if self.parsed[other.index()].canonical_path != canonical => {
                let file = &self.parsed[other.index()];
                let first = self.included_at[other.index()];
                Some(path_case::two_files(
                    Path::new(written),
                    &file.path,
                    span,
                    first,
                ))
            }
            _ => path_case::check(written, canonical, span),
        };
        if let Some(found) = found {
            self.report.add(found);
        }
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

/// The name before the dot in references: the base name without its last extension.
pub(super) fn prefix(path: &str) -> String {
    Path::new(path)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
