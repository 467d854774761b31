//! All or nothing: what is written first and then renamed, and taken back when something fails.

use std::fs;
use std::path::{Path, PathBuf};

use super::{WriteError, read_existing};

/// Files written beside their targets, waiting to be renamed all together, and files that go then.
#[derive(Default)]
pub(super) struct Transaction {
    staged: Vec<Staged>,
    removals: Vec<Removal>,
    created_dirs: Vec<PathBuf>,
    committed: bool,
}

/// A file that is moved aside, and removed when nothing can fail any more.
struct Removal {
    target: PathBuf,
    aside: PathBuf,
    moved: bool,
}

struct Staged {
    target: PathBuf,
    temporary: PathBuf,
    /// What the target held before, to put back when a later rename fails.
    previous: Option<Vec<u8>>,
    renamed: bool,
}

impl Transaction {
    /// Writes a file beside its target.
    pub(super) fn stage(&mut self, target: &Path, contents: &[u8]) -> Result<(), WriteError> {
        if let Some(parent) = target.parent() {
            self.create_dirs(parent)?;
        }
        let temporary = temporary_name(target);
        let previous = read_existing(target)?;
        self.staged.push(Staged {
            target: target.to_owned(),
            temporary: temporary.clone(),
            previous,
            renamed: false,
        });
        fs::write(&temporary, contents).map_err(|e| WriteError::new("write", target, e))?;
        if let Ok(metadata) = fs::metadata(target) {
            fs::set_permissions(&temporary, metadata.permissions())
                .map_err(|e| WriteError::new("write", target, e))?;
        }
        Ok(())
    }

    /// Plans that a file is removed.
    pub(super) fn stage_removal(&mut self, target: &Path) {
        self.removals.push(Removal {
            target: target.to_owned(),
            aside: temporary_name(target),
            moved: false,
        });
    }

    /// Like `fs::create_dir_all`, but remembers what it made.
    fn create_dirs(&mut self, dir: &Path) -> Result<(), WriteError> {
        let missing: Vec<_> = dir
            .ancestors()
            .take_while(|d| !d.as_os_str().is_empty() && !d.exists())
            // `a/..` is there as soon as `a` is.
            .filter(|d| !d.ends_with(".."))
            .map(Path::to_owned)
            .collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(&dir).map_err(|e| WriteError::new("create folder", &dir, e))?;
            self.created_dirs.push(dir);
        }
        Ok(())
    }

    /// Puts every file in place, and removes what is to go.
    pub(super) fn commit(mut self) -> Result<(), WriteError> {
        for file in &mut self.staged {
            fs::rename(&file.temporary, &file.target)
                .map_err(|e| WriteError::new("write", &file.target, e))?;
            file.renamed = true;
        }
        for file in &mut self.removals {
            fs::rename(&file.target, &file.aside)
                .map_err(|e| WriteError::new("remove", &file.target, e))?;
            file.moved = true;
        }
        self.committed = true;
        for file in &self.removals {
            drop(fs::remove_file(&file.aside));
            remove_empty_dirs(&file.target);
        }
        Ok(())
    }
}

/// Takes everything back unless the transaction was committed. Errors are ignored here: the one
/// that caused the roll-back is already on its way to the user.
impl Drop for Transaction {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        for file in &self.staged {
            match (file.renamed, &file.previous) {
                (false, _) => drop(fs::remove_file(&file.temporary)),
                (true, None) => drop(fs::remove_file(&file.target)),
                (true, Some(previous)) => drop(fs::write(&file.target, previous)),
            }
        }
        for file in self.removals.iter().filter(|file| file.moved) {
            drop(fs::rename(&file.aside, &file.target));
        }
        for dir in self.created_dirs.iter().rev() {
            drop(fs::remove_dir(dir));
        }
    }
}

/// Removes the folders that a removed file leaves empty; the first that is not stops it.
fn remove_empty_dirs(removed: &Path) {
    for dir in removed.ancestors().skip(1) {
        if fs::remove_dir(dir).is_err() {
            return;
        }
    }
}

/// A name in the same folder, because a rename is atomic only within one file system.
fn temporary_name(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
