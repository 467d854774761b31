//! The files that a run has read, and those that it has looked for in vain.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use streamgen_idl::FileSystem;

/// A file system that remembers for which files it was asked.
pub(super) struct Seen<'a> {
    files: &'a dyn FileSystem,
    read: RefCell<BTreeSet<PathBuf>>,
    missed: RefCell<BTreeSet<PathBuf>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(files: &'a dyn FileSystem) -> Self {
        Self {
            files,
            read: RefCell::default(),
            missed: RefCell::default(),
        }
    }

    /// Files that were read, or that would have been if they could be.
    pub(super) fn read(&self) -> BTreeSet<PathBuf> {
        self.read.borrow().clone()
    }

    /// Files that are not there.
    pub(super) fn missed(&self) -> BTreeSet<PathBuf> {
        self.missed.borrow().clone()
    }
}

impl FileSystem for Seen<'_> {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let found = self.files.canonicalize(path);
        if found.is_err() {
            self.missed.borrow_mut().insert(path.to_owned());
        }
        found
    }

    fn is_directory(&self, path: &Path) -> bool {
        self.files.is_directory(path)
    }

    fn names_in(&self, directory: &Path) -> Vec<String> {
        self.files.names_in(directory)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.read.borrow_mut().insert(path.to_owned());
        self.files.read(path, limit)
    }
}
