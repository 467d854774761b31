//! The files of the repository that cite, and what of them is prose.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders without anything of ours: build output, downloads, generated code.
const SKIPPED: [&str; 6] = [
    ".git",
    "bin",
    "kitex_gen",
    "node_modules",
    "stream_gen",
    "target",
];

/// Languages, and how a comment begins in each. Markdown is prose throughout.
const LANGUAGES: [(&str, &[&str]); 7] = [
    ("go", &["//"]),
    ("md", &[]),
    ("proto", &["//"]),
    ("py", &["#"]),
    ("rs", &["//!", "///", "//"]),
    ("thrift", &["//", "#"]),
    ("toml", &["#"]),
];

/// A file, by its path from the root with `/` between.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    comment: &'static [&'static str],
}

/// Lines of prose that belong together, so that a citation may be broken over two.
#[derive(Default)]
pub(crate) struct Prose {
    /// Words with the number of the line that each is on.
    pub(crate) words: Vec<(usize, String)>,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files that may cite, sorted by path.
pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder:?}: {e}"));
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_symlink() || SKIPPED.contains(&name.as_ref()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Some(source) = Source::read(&path) {
                sources.push(source);
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

impl Source {
    fn read(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        let (_, comment) = LANGUAGES.iter().find(|(name, _)| *name == extension)?;
        // Inputs of tests may be no text at all.
        let text = fs::read_to_string(path).ok()?;
        let path: PathBuf = path.strip_prefix(root()).ok()?.into();
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        Some(Self {
            path: parts.join("/"),
            text,
            comment,
        })
    }

    pub(crate) fn is_markdown(&self) -> bool {
        self.comment.is_empty()
    }

    /// The comments, or the paragraphs of a Markdown file.
    pub(crate) fn prose(&self) -> Vec<Prose> {
        let mut all = vec![Prose::default()];
        for (number, line) in (1..).zip(self.text.lines()) {
            match self.prose_of(line) {
                Some(text) if !text.trim().is_empty() => {
                    let words = text
                        .split_whitespace()
                        .map(|word| (number, word.to_owned()));
                    all.last_mut().expect("never empty").words.extend(words);
                }
                _ => all.push(Prose::default()),
            }
        }
        all.retain(|prose| !prose.words.is_empty());
        all
    }

    fn prose_of<'a>(&self, line: &'a str) -> Option<&'a str> {
        if self.is_markdown() {
            return Some(line);
        }
        let whole = line.trim_start();
        let marks = self.comment.iter();
        let comment = marks.clone().find_map(|mark| whole.strip_prefix(mark));
        // Behind code, blanks stand around the mark: it is no part of an address then.
        comment.or_else(|| {
            marks
                .rev()
                .find_map(|mark| Some(line.split_once(&format!(" {mark} "))?.1))
        })
    }

    /// Names of functions that begin with the number of a statement, and their lines.
    pub(crate) fn tests(&self) -> Vec<(usize, String)> {
        if !self.path.ends_with(".rs") {
            return Vec::new();
        }
        let lines = (1..).zip(self.text.lines());
        lines
            .filter_map(|(number, line)| {
                let (_, rest) = line.trim_start().split_once("fn ")?;
                let name = rest.split(['(', '<']).next()?;
                is_numbered(name).then(|| (number, name.to_owned()))
            })
            .collect()
    }

    /// The same names in backticks, as a document names them.
    pub(crate) fn quoted_tests(&self) -> Vec<(usize, String)> {
        let lines = (1..).zip(self.text.lines());
        lines
            .flat_map(|(number, line)| {
                let quoted = line.split('`').skip(1).step_by(2);
                quoted
                    .filter(|name| is_numbered(name) && !name.contains('…'))
                    .map(move |name| (number, name.to_owned()))
            })
            .collect()
    }
}

/// Whether a name begins as `s41_` or `g07_` does.
fn is_numbered(name: &str) -> bool {
    let digits = name.strip_prefix(['s', 'g']).unwrap_or_default();
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < digits.len() && rest.starts_with('_')
}
