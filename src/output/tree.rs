//! The output folder as it will be when what is planned so far has been written.

use std::path::Path;

use super::{FilePlan, exists, read_text};

/// A folder on disk, and what is planned for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree<'a> {
    root: &'a Path,
    planned: &'a FilePlan,
    /// Whether files that are on disk already count.
    sees_disk: bool,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(root: &'a Path, planned: &'a FilePlan) -> Self {
        Self {
            root,
            planned,
            sees_disk: true,
        }
    }

    /// The folder as if nothing were in it but what is planned.
    pub(crate) fn in_memory(root: &'a Path, planned: &'a FilePlan) -> Self {
        Self {
            sees_disk: false,
            ..Self::new(root, planned)
        }
    }

    /// The folder.
    pub(crate) fn root(self) -> &'a Path {
        self.root
    }

    /// The text of a file with `\n` at the end of each line; `None` if there is none.
    pub(crate) fn text(self, path: &Path) -> Option<String> {
        match self.planned.get(path) {
            Some(file) => Some(file.contents.clone()),
            None if !self.sees_disk || self.planned.removed.contains(path) => None,
            None => read_text(&self.root.join(path)),
        }
    }

    /// Whether there is a file.
    pub(crate) fn has(self, path: &Path) -> bool {
        self.planned.get(path).is_some()
            || self.sees_disk
                && !self.planned.removed.contains(path)
                && exists(&self.root.join(path))
    }
}
