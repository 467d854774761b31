//! What several test programs share.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::io;
use std::path::{Component, Path, PathBuf};

use streamgen_idl::{Diagnostic, FileSystem, LoadOptions, Loaded, SourceMap, Span, load};

/// Files in memory. The working directory is the empty path.
#[derive(Default)]
pub struct Memory {
    files: HashMap<PathBuf, Vec<u8>>,
    directories: HashSet<PathBuf>,
    /// Whether upper and lower case are the same, as on many disks.
    pub ignores_case: bool,
}

impl Memory {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let add = |memory: Self, (path, text): &(&str, &str)| {
            memory.with_bytes(path, text.as_bytes().to_vec())
        };
        files.iter().fold(Self::default(), add)
    }

    #[must_use]
    pub fn with_bytes(mut self, path: &str, bytes: Vec<u8>) -> Self {
        let path = PathBuf::from(path);
        self.directories
            .extend(path.ancestors().skip(1).map(PathBuf::from));
        self.files.insert(path, bytes);
        self
    }
}

impl FileSystem for Memory {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let mut clean = PathBuf::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => drop(clean.pop()),
                other => clean.push(other),
            }
        }
        if self.files.contains_key(&clean) || self.directories.contains(&clean) {
            return Ok(clean);
        }
        let mut known = self.files.keys().chain(&self.directories);
        let lower = |path: &Path| path.to_string_lossy().to_lowercase();
        known
            .find(|path| self.ignores_case && lower(path) == lower(&clean))
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn names_in(&self, directory: &Path) -> Vec<String> {
        let paths = self.files.keys().chain(&self.directories);
        paths
            .filter(|path| path.parent() == Some(directory))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect()
    }

    fn is_directory(&self, path: &Path) -> bool {
        self.canonicalize(path)
            .is_ok_and(|path| self.directories.contains(&path))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let content = &self.files[&self.canonicalize(path)?];
        Ok(content[..content.len().min(limit as usize)].to_vec())
    }
}

/// Loads one text that includes nothing.
pub fn load_text(text: &str) -> Loaded {
    load_files(&[("main.thrift", text)], &[])
}

/// Loads the first of several files.
pub fn load_files(files: &[(&str, &str)], include_dirs: &[&str]) -> Loaded {
    let options = LoadOptions {
        root: files[0].0.into(),
        include_dirs: include_dirs.iter().map(PathBuf::from).collect(),
        ..LoadOptions::default()
    };
    load(&options, &Memory::new(files))
}

/// Draws diagnostics without colours: one line each for message, place, source and carets, label
/// text behind the carets.
pub fn render(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for found in diagnostics {
        let Diagnostic {
            severity,
            code,
            message,
            ..
        } = found;
        writeln!(text, "{severity}[{code}]: {message}").unwrap();
        for label in &found.labels {
            render_label(&mut text, sources, label.span, &label.text);
        }
        for note in &found.notes {
            writeln!(text, "  = note: {note}").unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(text, "  = help: {help}").unwrap();
        }
        text.push('\n');
    }
    text
}

fn render_label(text: &mut String, sources: &SourceMap, span: Span, label: &str) {
    let (path, at) = sources.position(span).unwrap();
    let line = sources.get(span.file).unwrap().line(at.line).unwrap();
    let carets = sources
        .snippet(span)
        .lines()
        .next()
        .map_or(0, |part| part.chars().count());
    let carets = "^".repeat(carets.max(1));
    let indent: String = line
        .chars()
        .take(at.column - 1)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    writeln!(text, "  --> {}:{}:{}", path.display(), at.line, at.column).unwrap();
    writeln!(text, "   | {}", line.chars().take(100).collect::<String>()).unwrap();
    writeln!(
        text,
        "{}",
        format!("   | {indent}{carets} {label}").trim_end()
    )
    .unwrap();
}
