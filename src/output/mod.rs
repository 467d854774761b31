//! Files in memory, and the only code of the crate that touches the disk: the IDL is read by `streamgen-idl`.

mod disk;
mod edit;
mod error;
mod transaction;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use disk::{
    absolute, exists, files_below, folder_entries, is_file, raw_text, read_bytes, read_text,
};
pub use edit::Edit;
pub use error::WriteError;
use transaction::Transaction;
pub(crate) use tree::Tree;

/// Who owns a file after it has been written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Rewritten by each run whose output differs.
    Generated,
    /// Belongs to the user as soon as it exists; no run changes it then.
    Scaffold,
}

/// One file of a [`FilePlan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Who owns the file.
    pub ownership: Ownership,
    /// Its whole text.
    pub contents: String,
}

/// Every file that a run wants to exist, those that it wants gone, and what it inserts into files of
/// the user's, by path relative to the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePlan {
    files: BTreeMap<PathBuf, PlannedFile>,
    edits: BTreeMap<PathBuf, Edit>,
    removed: BTreeSet<PathBuf>,
}

impl FilePlan {
    /// Adds a file. A second file of the same path replaces the first: the plan's module pass
    /// has already made paths unique.
    pub fn insert(&mut self, path: impl Into<PathBuf>, ownership: Ownership, contents: String) {
        self.files.insert(
            path.into(),
            PlannedFile {
                ownership,
                contents,
            },
        );
    }

    /// Plans insertions into a file that exists. Writing fails if the file has another text by then.
    pub fn edit(&mut self, path: impl Into<PathBuf>, edit: Edit) {
        if edit.changes() {
            self.edits.insert(path.into(), edit);
        }
    }

    /// The insertions into files of the user's, sorted by path.
    pub fn edits(&self) -> impl Iterator<Item = (&Path, &Edit)> {
        self.edits.iter().map(|(path, edit)| (path.as_path(), edit))
    }

    /// Plans that a file, which an earlier run wrote, is removed. Folders that this empties go too.
    pub fn remove(&mut self, path: impl Into<PathBuf>) {
        self.removed.insert(path.into());
    }

    /// Adds a plan that was made when this one was known: where both have a path, that one counts.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.files.retain(|path, _| !later.removed.contains(path));
        self.removed.extend(later.removed);
        self.files.extend(later.files);
        self.edits.extend(later.edits);
    }

    /// The files that are to exist, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &PlannedFile)> {
        self.files.iter().map(|(path, file)| (path.as_path(), file))
    }

    /// The text planned for `path`.
    pub fn get(&self, path: impl AsRef<Path>) -> Option<&PlannedFile> {
        self.files.get(path.as_ref())
    }

    /// The text that a path has after the run; empty if it goes.
    #[must_use]
    pub fn new_text(&self, path: &Path) -> String {
        let edited = self.edits.get(path).map(Edit::after);
        let planned = || self.get(path).map(|file| file.contents.clone());
        edited.or_else(planned).unwrap_or_default()
    }

    /// Compares the plan with what lies in `root`, without writing.
    ///
    /// # Errors
    ///
    /// Fails when an existing file cannot be read, when something that is not a file is in the way,
    /// and when a file that is to be edited has changed since it was read.
    pub fn compare(&self, root: &Path) -> Result<Vec<Change>, WriteError> {
        let mut changes = Vec::new();
        for (path, file) in self.iter() {
            let old = read_existing(&root.join(path))?;
            changes.push(Change {
                path: path.to_owned(),
                action: action(file, old.as_deref()),
            });
        }
        for (path, edit) in self.edits() {
            let target = root.join(path);
            if read_existing(&target)?.as_deref() != Some(edit.before().as_bytes()) {
                let changed = io::Error::other("it has changed since streamgen read it");
                return Err(WriteError::new("edit", &target, changed));
            }
            changes.push(Change {
                path: path.to_owned(),
                action: Action::Complete,
            });
        }
        for path in self
            .removed
            .iter()
            .filter(|path| !self.files.contains_key(*path))
        {
            if read_existing(&root.join(path))?.is_some() {
                changes.push(Change {
                    path: path.clone(),
                    action: Action::Remove,
                });
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// Writes the plan into `root`: all of it, or on an error nothing.
    ///
    /// A file whose bytes are already right is not touched, so that its modification time, and
    /// with it Cargo's idea of what is fresh, stays. Others are written beside their target first
    /// and renamed when every one of them is complete. Files to be removed go after that.
    ///
    /// # Errors
    ///
    /// Fails on any I/O error, after removing what this call had created.
    pub fn write(&self, root: &Path) -> Result<Vec<Change>, WriteError> {
        let changes = self.compare(root)?;
        let mut transaction = Transaction::default();
        for change in &changes {
            let target = root.join(&change.path);
            match change.action {
                Action::Create | Action::Update => {
                    let contents = &self.files[&change.path].contents;
                    transaction.stage(&target, contents.as_bytes())?;
                }
                Action::Complete => {
                    let contents = self.edits[&change.path].after();
                    // A link of the user's stays one.
                    let target = fs::canonicalize(&target).unwrap_or(target);
                    transaction.stage(&target, contents.as_bytes())?;
                }
                Action::Remove => transaction.stage_removal(&target),
                Action::Unchanged | Action::Keep => {}
            }
        }
        transaction.commit()?;
        Ok(changes)
    }
}

fn action(file: &PlannedFile, old: Option<&[u8]>) -> Action {
    match (old, file.ownership) {
        (None, _) => Action::Create,
        (Some(_), Ownership::Scaffold) => Action::Keep,
        (Some(old), _) if old == file.contents.as_bytes() => Action::Unchanged,
        (Some(_), Ownership::Generated) => Action::Update,
    }
}

fn read_existing(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(WriteError::new("read", path, e)),
    }
}

/// What happens to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path relative to the output folder.
    pub path: PathBuf,
    /// What is done to it.
    pub action: Action,
}

/// See [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The file was absent.
    Create,
    /// The file's bytes differ.
    Update,
    /// The file's bytes are already right.
    Unchanged,
    /// A scaffold file that exists, and is the user's.
    Keep,
    /// A file of the user's gets what it lacks, and loses nothing.
    Complete,
    /// An earlier run wrote the file, nobody changed it, and no run would write it now.
    Remove,
}

impl Action {
    /// Whether something is written or removed.
    #[must_use]
    pub fn touches_disk(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Update | Self::Complete | Self::Remove
        )
    }
}
