//! What Cargo and a `build.rs` have to tell one another.

use std::env;
use std::path::{Path, PathBuf};

use crate::generate::Batch;
use crate::output::{absolute, exists};

use super::seen::Seen;

/// The folder that Cargo gives to a `build.rs`.
pub(super) fn out_dir() -> Option<PathBuf> {
    env::var_os("OUT_DIR").map(PathBuf::from)
}

/// Prints lines for Cargo, which reads the standard output of a `build.rs`.
#[expect(clippy::print_stdout, reason = "Cargo reads it")]
pub(super) fn tell(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}

/// The lines that say when `build.rs` has to run again.
pub(super) fn reruns(seen: &Seen<'_>, out_dir: &Path) -> Vec<String> {
    let mut paths = seen.read();
    for missed in seen.missed() {
        paths.extend(folder_of_missed(&missed).filter(|folder| !is_busy(folder, out_dir)));
    }
    // Cargo reads lines of UTF-8.
    let texts = paths.iter().filter_map(|path| path.to_str());
    let texts = texts.filter(|text| !text.contains('\n'));
    texts
        .map(|path| format!("cargo:rerun-if-changed={path}"))
        .collect()
}

/// The folder that changes when a file turns up at a path. The path itself would not do: Cargo takes a
/// file that is not there for one that has changed, and would build the package every time.
fn folder_of_missed(path: &Path) -> Option<PathBuf> {
    let folders = path.ancestors().skip(1).map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    });
    let mut existing = folders.filter(|folder| exists(folder));
    existing.next().map(Path::to_owned)
}

/// Whether something below a folder changes all the time, because it holds the package or its `OUT_DIR`.
/// Cargo looks at all files below a folder.
fn is_busy(folder: &Path, out_dir: &Path) -> bool {
    let Some(folder) = absolute(folder) else {
        return true;
    };
    let inside = [Path::new("."), out_dir];
    inside
        .iter()
        .any(|path| absolute(path).is_none_or(|path| path.starts_with(&folder)))
}

/// What is legal in the IDL but probably not meant, one line each, because Cargo takes no more.
pub(super) fn warnings(batch: &Batch) -> Vec<String> {
    let of_idl = batch.warnings.iter().flat_map(|(warnings, sources)| {
        let lines = warnings.iter().map(|warning| {
            let line = crate::error::on_one_line(warning, sources);
            match &warning.help {
                Some(help) => format!("{line}; help: {help}"),
                None => line,
            }
        });
        lines.collect::<Vec<_>>()
    });
    let of_project = batch.notes.iter().map(|note| note.text.clone());
    of_idl
        .chain(of_project)
        .map(|text| format!("cargo:warning={}", text.replace('\n', " ")))
        .collect()
}
