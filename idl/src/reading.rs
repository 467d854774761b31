//! How the files of a run are read, of either language.

use std::io;
use std::path::{Path, PathBuf};

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::file_system::FileSystem;
use crate::load::MAX_FILE_BYTES;

/// Where the root file is.
///
/// # Errors
///
/// What to report if the root is a folder or cannot be found.
pub(crate) fn find_root(files: &dyn FileSystem, root: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    if files.is_directory(root) {
        let message = format!("`{}` is a directory, not an IDL file", root.display());
        return Err(Diagnostic::new(Code::NotAFile, message).into());
    }
    let found = files.canonicalize(root);
    found.map_err(|error| not_readable(root, &error))
}

/// The bytes of a file.
///
/// # Errors
///
/// What to report if the file cannot be read or has more than [`MAX_FILE_BYTES`].
pub(crate) fn read(files: &dyn FileSystem, path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let bytes = files.read(path, MAX_FILE_BYTES + 1);
    let bytes = bytes.map_err(|error| not_readable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("`{}` is larger than {MAX_FILE_BYTES} bytes", path.display());
        return Err(Diagnostic::new(Code::FileTooLarge, message).into());
    }
    Ok(bytes)
}

/// The report of a file that cannot be read.
fn not_readable(path: &Path, error: &io::Error) -> Box<Diagnostic> {
    let message = format!("cannot read `{}`: {error}", path.display());
    Diagnostic::new(Code::FileNotReadable, message).into()
}
