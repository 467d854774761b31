//! Folders for what tests write.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of one test of a group, empty.
pub(crate) fn folder(group: &str, test: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(group)
        .join(test);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    dir
}
