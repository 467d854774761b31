//! Where an imported file is looked for.
//!
//! An import names a file as seen from an include folder, never as seen from the importing file:
//! the name is the file's identity in Protobuf.

use std::path::{Component, Path, PathBuf};

use super::tree::Loader;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::file_system::FileSystem;
use crate::load::{LoadOptions, MAX_FILES};
use crate::source::{FileId, Span};

/// How imports would call the root file: its path below the first include folder that holds it,
/// else its base name.
pub(super) fn root_name(options: &LoadOptions, files: &dyn FileSystem, root: &Path) -> String {
    let below = |dir: &PathBuf| {
        let dir = files.canonicalize(dir).ok()?;
        name_of(root.strip_prefix(dir).ok()?)
    };
    let name = options.include_dirs.iter().find_map(below);
    name.unwrap_or_else(|| {
        let base = root.file_name().unwrap_or_default();
        base.to_string_lossy().into_owned()
    })
}

fn name_of(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    parts.map(|parts| parts.join("/"))
}

impl Loader<'_> {
    /// Finds the files that one file imports, and gives each the one name it has in this run.
    pub(super) fn follow_imports(&mut self, index: usize) {
        let importer = self.found[index].id;
        let names = self.found[index].descriptor.dependency.clone();
        for (position, name) in names.iter().enumerate() {
            let span = self.span_of_import(index, position);
            let Some(file) = self.find_and_open(importer, name, span) else {
                self.found[index].sound = false;
                continue;
            };
            let imports = &self.found[index].imports;
            if let Some((_, first)) = imports.iter().find(|(known, _)| *known == file) {
                let message = format!("`{name}` is imported twice");
                let found = Diagnostic::new(Code::ImportedTwice, message)
                    .label(span, "imported again here")
                    .label(*first, "imported here");
                self.report.add(found);
                self.found[index].sound = false;
            }
            let known = self.found[file.index()].descriptor.name().to_owned();
            self.found[index].imports.push((file, span));
            self.found[index].descriptor.dependency[position] = known;
        }
    }

    fn span_of_import(&self, index: usize, position: usize) -> Span {
        const DEPENDENCY: i32 = 3;
        let file = &self.found[index];
        let text = self.sources.get(file.id).map_or("", |file| file.text());
        let path = [DEPENDENCY, position as i32];
        super::lower::locate(&file.descriptor, file.id, text, &path)
    }

    fn find_and_open(&mut self, importer: FileId, name: &str, span: Span) -> Option<FileId> {
        let Some((path, canonical)) = self.find(name) else {
            let built_in = self.open_well_known(name);
            if built_in.is_none() {
                self.report_missing(importer, name, span);
            }
            return built_in;
        };
        if let Some(&known) = self.by_path.get(&canonical) {
            return Some(known);
        }
        if self.found.len() >= MAX_FILES {
            let message = format!("more than {MAX_FILES} files are imported");
            self.report
                .add(Diagnostic::new(Code::TooManyFiles, message).label(span, ""));
            return None;
        }
        self.open(name.to_owned(), &path, canonical, Some(span))
    }

    /// The include folders in order, then the folder of the root file, then the working directory.
    fn dirs(&self) -> Vec<PathBuf> {
        let mut dirs = self.options.include_dirs.clone();
        for dir in [self.options.root.parent(), Some(Path::new(""))] {
            let dir = dir.unwrap_or(Path::new("")).to_path_buf();
            if !dirs.contains(&dir) {
                dirs.push(dir);
            }
        }
        dirs
    }

    fn find(&self, name: &str) -> Option<(PathBuf, PathBuf)> {
        self.dirs().iter().find_map(|dir| {
            let path = dir.join(name);
            let canonical = self.files.canonicalize(&path).ok()?;
            (!self.files.is_directory(&path)).then_some((path, canonical))
        })
    }

    fn report_missing(&mut self, importer: FileId, name: &str, span: Span) {
        let shown = |dir: &PathBuf| match dir.as_os_str().is_empty() {
            true => "`.`".to_owned(),
            false => format!("`{}`", dir.display()),
        };
        let dirs: Vec<_> = self.dirs().iter().map(shown).collect();
        let message = format!("cannot find the imported file `{name}`");
        let mut found = Diagnostic::new(Code::IncludeNotFound, message)
            .label(span, "")
            .note(format!("searched in {}", dirs.join(", ")));
        let beside = self.sources.get(importer).and_then(|file| {
            let path = file.path().parent()?.join(name);
            self.files.canonicalize(&path).is_ok().then_some(path)
        });
        if let Some(path) = beside {
            found = found.note(format!(
                "`{}` exists, but imports are not relative to the importing file",
                path.display()
            ));
        }
        self.report
            .add(found.help("name the folder that the import starts from with `-I`"));
    }
}
