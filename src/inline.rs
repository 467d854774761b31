//! An IDL that is in no file: what comes from standard input, or from a program that has the text.

use std::io;
use std::path::{Path, PathBuf};

use streamgen_idl::FileSystem;

use crate::options::{INLINE_NAME, Options};

/// The files that a run can see, and among them the text of [`Options::from_text`], if there is one. It
/// lies in the working directory, so that its includes are looked for there and in the include folders.
pub(crate) struct WithInline<'a> {
    text: Option<&'a [u8]>,
    files: &'a dyn FileSystem,
}

impl<'a> WithInline<'a> {
    pub(crate) fn new(options: &'a Options, files: &'a dyn FileSystem) -> Self {
        Self {
            text: options.text.as_deref(),
            files,
        }
    }

    /// The text, if it is what the path means.
    fn text_of(&self, path: &Path) -> Option<&'a [u8]> {
        self.text.filter(|_| path == Path::new(INLINE_NAME))
    }
}

impl FileSystem for WithInline<'_> {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.text_of(path) {
            Some(_) => Ok(self.files.canonicalize(Path::new("."))?.join(INLINE_NAME)),
            None => self.files.canonicalize(path),
        }
    }

    fn is_directory(&self, path: &Path) -> bool {
        self.text_of(path).is_none() && self.files.is_directory(path)
    }

    fn names_in(&self, directory: &Path) -> Vec<String> {
        self.files.names_in(directory)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.text_of(path) {
            Some(text) => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                Ok(text[..text.len().min(limit)].to_vec())
            }
            None => self.files.read(path, limit),
        }
    }
}
