//! Where the loader reads files from.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The files a loader can see. [`Disk`] is the real one; tests and editors bring their own.
pub trait FileSystem {
    /// The one true path of a file or directory, by which the loader tells files apart.
    ///
    /// # Errors
    /// As [`std::fs::canonicalize`]; any error means that there is no such file.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Whether the path is a directory.
    fn is_directory(&self, path: &Path) -> bool;

    /// The names of what is in a directory, to suggest one of them when a file is not found. Empty
    /// when it cannot be read; need not be complete.
    fn names_in(&self, directory: &Path) -> Vec<String> {
        let _ = directory;
        Vec::new()
    }

    /// The content of a file, at most `limit` bytes of it.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
}

/// Most names that are read from one directory: enough for any folder of IDL.
const MAX_NAMES: usize = 10_000;

/// The file system of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn is_directory(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn names_in(&self, directory: &Path) -> Vec<String> {
        let directory = match directory.as_os_str().is_empty() {
            true => Path::new("."),
            false => directory,
        };
        let entries = directory.read_dir().into_iter().flatten();
        entries
            .take(MAX_NAMES)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(path)?.take(limit).read_to_end(&mut content)?;
        Ok(content)
    }
}
