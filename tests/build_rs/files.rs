//! Files of the samples, and those that the tests have written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::files_below::files_below;

/// Every IDL to learn from, includes too: each of them can be a root.
pub(crate) fn samples() -> Vec<PathBuf> {
    let mut found = files_below(Path::new("idl-samples"));
    found.retain(|path| {
        let suffix = path.extension().unwrap_or_default();
        suffix == "thrift" || suffix == "proto"
    });
    found
}

/// Files below a folder, by their paths in it.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let found = files_below(root).into_iter().map(|path| {
        let below = path.strip_prefix(root).expect("it is below").to_owned();
        (below, fs::read(&path).expect("it can be read"))
    });
    found.collect()
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
