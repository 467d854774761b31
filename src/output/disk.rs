//! What is on disk now. Of what cannot be read, this says that it is not there: whether that matters is
//! for whoever writes to say.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The bytes of a file.
pub(crate) fn read_bytes(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// The text of a file, with the ends of lines that it has.
pub(crate) fn raw_text(path: &Path) -> Option<String> {
    Some(String::from_utf8_lossy(&read_bytes(path)?).into_owned())
}

/// The text of a file with `\n` at the end of each line, as generated text has it.
pub(crate) fn read_text(path: &Path) -> Option<String> {
    let text = raw_text(path)?;
    Some(match text.contains('\r') {
        true => text.replace("\r\n", "\n"),
        false => text,
    })
}

/// Whether there is a file or a folder.
pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether there is a file.
pub(crate) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// What is in a folder, sorted, and whether it is a folder itself.
pub(crate) fn folder_entries(folder: &Path) -> Vec<(PathBuf, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.map(|entry| (entry.file_name().into(), entry.path().is_dir()));
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    entries
}

/// The files below a folder of `root`, however deep, as seen from `root`.
pub(crate) fn files_below(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for (name, is_folder) in folder_entries(&root.join(&folder)) {
            let path = folder.join(name);
            match is_folder {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

/// The real path of a folder that need not exist yet: its nearest existing ancestor decides.
pub(crate) fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let (base, real) = path
        .ancestors()
        .find_map(|dir| Some((dir, dir.canonicalize().ok()?)))?;
    let rest = path.strip_prefix(base).ok()?;
    let mut out = real;
    for part in rest.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    Some(out)
}
