//! The crates that are made of accepted `.proto` files.
//!
//! The files of a test set define the same names again and again, so each becomes a module of its
//! own. Those of a collection of APIs can stand beside each other: a root that imports many of them
//! makes one module, in which what they share is compiled once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use streamgen::Generated;

use crate::compile::{self, Modules};
use crate::protobuf::options;
use crate::repository::judge;
use crate::table::Repository;

/// As much text of a collection as makes one crate. More needs memory, less repeats what is shared.
const MAX_TEXT: u64 = 3 << 20;

/// Crates, written to a folder.
pub(crate) struct Crates {
    out: PathBuf,
    crates: BTreeMap<String, Modules>,
}

impl Crates {
    pub(crate) fn new(out: PathBuf) -> Self {
        Self {
            out,
            crates: BTreeMap::new(),
        }
    }

    /// Generates the code of files in a repository, which is in a folder.
    pub(crate) fn add(&mut self, repository: &Repository, folder: &Path, files: &[&str]) {
        let is_collection = repository.include_dirs.iter().any(|dir| dir == ".");
        let name = compile::crate_name(&repository.name);
        if is_collection {
            for (index, files) in portions(folder, files).iter().enumerate() {
                self.together(&format!("{name}-{index:02}"), repository, folder, files);
            }
        } else {
            for file in files {
                let path = folder.join(file);
                let dirs = repository.include_dirs(folder, &path);
                let generated = judge(&options(dirs, &path));
                let generated = generated.unwrap_or_else(|refused| panic!("{file}: {refused}"));
                self.module(&name, file, &generated);
            }
        }
    }

    /// Files as one module, or where two of them define the same, as two modules or more.
    fn together(&mut self, name: &str, repository: &Repository, folder: &Path, files: &[&str]) {
        let imports = files.iter().map(|file| format!("import {file:?};\n"));
        let text = format!("syntax = \"proto3\";\n\n{}", imports.collect::<String>());
        let root = self.out.join(name).join("root.proto");
        fs::create_dir_all(self.out.join(name)).expect("a folder can be made");
        fs::write(&root, text).expect("a root can be written");
        let dirs = repository.include_dirs(folder, &folder.join(files[0]));
        match judge(&options(dirs, &root)) {
            Ok(generated) => self.module(name, &files.join(" "), &generated),
            Err(refused) => {
                let (some, others) = files.split_at(files.len() / 2);
                assert!(!some.is_empty(), "{files:?}: {refused}");
                self.together(name, repository, folder, some);
                self.together(name, repository, folder, others);
            }
        }
    }

    /// Writes a module of a crate.
    fn module(&mut self, name: &str, files: &str, generated: &Generated) {
        let modules = self.crates.entry(name.to_owned()).or_default();
        let module = format!("c{:03}", modules.len());
        let written = generated.files.write(&self.out.join(name).join(&module));
        written.unwrap_or_else(|error| panic!("{files}: {error}"));
        modules.insert(module, files.to_owned());
    }

    /// Compiles all.
    pub(crate) fn check(&self) {
        if !self.crates.is_empty() {
            compile::check(&self.out, &self.crates);
        }
    }
}

/// The files in their order, in portions of about the same size; a folder at the top is not mixed
/// with another, nor are files of one API taken apart.
fn portions<'a>(folder: &Path, files: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut size = 0;
    for file in files {
        let bytes = fs::metadata(folder.join(file)).map_or(0, |found| found.len());
        let last = found.last().and_then(|portion| portion.last());
        let fits = last.is_some_and(|last| {
            let same_top = last.split('/').next() == file.split('/').next();
            same_top && (size + bytes <= MAX_TEXT || api(last) == api(file))
        });
        match found.last_mut().filter(|_| fits) {
            Some(portion) => portion.push(file),
            None => {
                found.push(vec![file]);
                size = 0;
            }
        }
        size += bytes;
    }
    found
}

/// The folder down to the version of the API, as in `google/ads/googleads/v25`.
fn api(file: &str) -> &str {
    let is_version = |part: &str| {
        let rest = part.strip_prefix('v').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut end = 0;
    for part in file.split('/') {
        end += part.len() + 1;
        if is_version(part) {
            return &file[..end];
        }
    }
    file.rsplit_once('/').map_or("", |(dir, _)| dir)
}
