//! Repositories that `fetch.sh` has brought, and what streamgen says of a file in them.

use std::path::{Path, PathBuf};
use std::{env, fs};

use streamgen::{Generated, Options, generate};

/// The repository `owner/name`; `None`, said aloud, when it is not there.
#[expect(clippy::print_stdout, reason = "says what was not tested")]
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let root = env::var_os("STREAMGEN_CORPORA").unwrap_or_else(|| "target/corpora".into());
    let folder = Path::new(&root).join(name.replace('/', "+"));
    let found = folder.is_dir().then_some(folder);
    if found.is_none() {
        println!("not here: {name} (tests/corpora/fetch.sh)");
    }
    found
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
