//! Where shells that tests start look for programs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The `PATH` of a shell that finds the tool of this build before any other.
pub(crate) fn search_path() -> OsString {
    let tool = Path::new(env!("CARGO_BIN_EXE_streamgen")).parent();
    let found = env::var_os("PATH").unwrap_or_default();
    let folders = tool.map(PathBuf::from).into_iter();
    env::join_paths(folders.chain(env::split_paths(&found))).expect("a PATH")
}
