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

    /// The content of a file, at most `limit` bytes of it.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
}

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

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(path)?.take(limit).read_to_end(&mut content)?;
        Ok(content)
    }
}
