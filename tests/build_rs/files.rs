//! Files of the samples, and those that the tests have written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Every IDL to learn from, includes too: each of them can be a root.
pub(crate) fn samples() -> Vec<PathBuf> {
    let mut found: Vec<_> = files(Path::new("idl-samples")).into_keys().collect();
    found.retain(|path| {
        let suffix = path.extension().unwrap_or_default();
        suffix == "thrift" || suffix == "proto"
    });
    found
        .iter()
        .map(|path| Path::new("idl-samples").join(path))
        .collect()
}

/// Files below a folder, by their paths in it.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("it has a name").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).expect("it is below").to_owned();
                found.insert(below, fs::read(&path).expect("it can be read"));
            }
        }
    }
    found
}

/// The modules of a tree.
pub(crate) fn modules(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files(folder);
    found.retain(|path, _| path.extension().is_some_and(|suffix| suffix == "rs"));
    found
}

/// When each file was written.
pub(crate) fn touched(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let paths = files(folder).into_keys();
    let touched = paths.map(|path| {
        let found = fs::metadata(folder.join(&path)).and_then(|found| found.modified());
        (path, found.expect("the system knows"))
    });
    touched.collect()
}
