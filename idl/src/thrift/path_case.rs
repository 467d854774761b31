//! Paths that differ in upper and lower case only.
//!
//! Some disks tell `Base.thrift` from `base.thrift` and some do not, so an IDL that mixes them up
//! works on one machine and not on the next. Nothing is guessed: what the disk finds is read.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::file_system::FileSystem;
use crate::source::Span;

/// A path by which files that differ in case only are the same.
pub(super) fn folded(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// Reports an include that spells the path of the file otherwise than the disk does.
pub(super) fn check(written: &str, canonical: &Path, span: Span) -> Option<Diagnostic> {
    let names = |path: &Path| -> Vec<String> {
        let components = path.components().rev();
        let normal = components.map_while(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        });
        normal.collect()
    };
    let written_names = names(Path::new(written));
    // A name that differs in more is a link, and what is before it leads elsewhere.
    let pairs = written_names.iter().zip(names(canonical));
    let mut same = pairs.take_while(|(written, real)| is_same_name(written, real));
    let (_, real) = same.find(|(written, real)| *written != real)?;
    let message = format!("`{written}` is called `{real}` on the disk");
    Some(
        Diagnostic::new(Code::PathCase, message)
            .label(span, "differs in case")
            .note("on a disk that tells upper from lower case, the file is not found"),
    )
}

/// Reports a file whose path differs from that of another one in case only.
pub(super) fn two_files(path: &Path, other: &Path, span: Span, first: Option<Span>) -> Diagnostic {
    let (path, other) = (path.display(), other.display());
    let message = format!("`{path}` and `{other}` differ in case only");
    let found = Diagnostic::new(Code::PathCase, message).label(span, "included here");
    let found = match first {
        Some(first) => found.label(first, "the other one is included here"),
        None => found,
    };
    found.note("a disk that does not tell upper from lower case holds only one of them")
}

/// The path below `folder` that differs from `path` in case only, if there is one.
pub(super) fn similar(files: &dyn FileSystem, folder: &Path, path: &Path) -> Option<PathBuf> {
    let mut similar = PathBuf::new();
    for component in path.components() {
        let here = folder.join(&similar);
        match component {
            Component::Normal(name) if files.canonicalize(&here.join(name)).is_err() => {
                similar.push(name_ignoring_case(files, &here, name)?);
            }
            other => similar.push(other),
        }
    }
    (!files.is_directory(&folder.join(&similar))).then_some(similar)
}

fn name_ignoring_case(files: &dyn FileSystem, folder: &Path, name: &OsStr) -> Option<String> {
    let name = name.to_string_lossy();
    let mut names = files.names_in(folder);
    names.sort_unstable();
    names.into_iter().find(|found| is_same_name(found, &name))
}

fn is_same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
