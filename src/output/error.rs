//! What goes wrong on disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An I/O error with the path it happened at.
#[derive(Debug)]
pub struct WriteError {
    verb: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl WriteError {
    pub(super) fn new(verb: &'static str, path: &Path, source: io::Error) -> Self {
        Self {
            verb,
            path: path.to_owned(),
            source,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot {} `{}`: {}",
            self.verb,
            self.path.display(),
            self.source
        )
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
