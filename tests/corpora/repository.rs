//! Repositories that `fetch.sh` has brought, and what streamgen says of a file in them.

use std::path::{Path, PathBuf};
use std::{env, fs};

use streamgen::{Generated, Options, generate};

use crate::table::Repository;

impl Repository {
    /// Where the repository is. `None`, said aloud, when it is not there, or one that it includes from is not; also
    /// `None` when the run is to pass it over.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        if !is_wanted(&self.name) {
            return None;
        }
        let root = env::var_os("STREAMGEN_CORPORA").unwrap_or_else(|| "target/corpora".into());
        let folder = Path::new(&root).join(self.name.replace('/', "+"));
        let others = self.include_dirs.iter().filter(|dir| is_outside(dir));
        let needed = others.map(|dir| folder.join(dir));
        for needed in [folder.clone()].into_iter().chain(needed) {
            if !needed.is_dir() {
                say_missing(&self.name, &needed);
                return None;
            }
        }
        Some(folder)
    }

    /// The include folders for a file: those of the repository that the file is below, or else the folder that it is
    /// in, and those of other repositories.
    pub(crate) fn include_dirs(&self, folder: &Path, file: &Path) -> Vec<PathBuf> {
        let (others, own): (Vec<_>, Vec<_>) =
            self.include_dirs.iter().partition(|dir| is_outside(dir));
        let own = own.into_iter().map(|dir| match dir.as_str() {
            "." => folder.to_owned(),
            dir => folder.join(dir),
        });
        let mut dirs: Vec<_> = own.filter(|dir| file.starts_with(dir)).collect();
        if dirs.is_empty() {
            dirs.extend(file.parent().map(Path::to_owned));
        }
        dirs.extend(others.into_iter().map(|dir| folder.join(dir)));
        dirs
    }
}

/// Whether an include folder is of another repository.
fn is_outside(dir: &str) -> bool {
    dir.starts_with("../")
}

/// Whether `STREAMGEN_CORPORA_ONLY`, names with commas between them, leaves the repository in.
fn is_wanted(name: &str) -> bool {
    match env::var("STREAMGEN_CORPORA_ONLY") {
        Ok(only) => only.split(',').any(|wanted| wanted.trim() == name),
        Err(_) => true,
    }
}

#[expect(clippy::print_stdout, reason = "says what was not tested")]
fn say_missing(name: &str, folder: &Path) {
    let folder = folder.display();
    println!("not here: {name}, for want of {folder} (tests/corpora/fetch.sh)");
}

/// The files with a suffix, sorted, relative to the folder.
pub(crate) fn files_below(folder: &Path, suffix: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a corpus can be read") {
            let path = entry.expect("a corpus can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == suffix) {
                let below = path.strip_prefix(folder).expect("it is below");
                found.push(below.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// What is generated, or else `refused` with the codes of the errors.
pub(crate) fn judge(options: &Options) -> Result<Generated, String> {
    let error = match generate(options) {
        Ok(generated) => return Ok(generated),
        Err(error) => error,
    };
    let Some(errors) = error.idl_errors() else {
        panic!("{}: {error}", options.idl.display());
    };
    let errors = errors.diagnostics.iter();
    let mut codes: Vec<_> = errors
        .filter(|found| found.code.severity() == streamgen_idl::Severity::Error)
        .map(|found| found.code.to_string())
        .collect();
    codes.sort();
    codes.dedup();
    Err(format!("refused: {}", codes.join(", ")))
}
