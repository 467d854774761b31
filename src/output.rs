//! Files in memory, and the only code of the crate that writes to disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

/// Every file that a run wants to exist, by path relative to the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePlan {
    files: BTreeMap<PathBuf, PlannedFile>,
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

    /// The files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &PlannedFile)> {
        self.files.iter().map(|(path, file)| (path.as_path(), file))
    }

    /// The text planned for `path`.
    pub fn get(&self, path: impl AsRef<Path>) -> Option<&PlannedFile> {
        self.files.get(path.as_ref())
    }

    /// Compares the plan with what lies in `root`, without writing.
    ///
    /// # Errors
    ///
    /// Fails when an existing file cannot be read, or when something that is not a file is in
    /// the way.
    pub fn compare(&self, root: &Path) -> Result<Vec<Change>, WriteError> {
        self.iter()
            .map(|(path, file)| {
                let old = read_existing(&root.join(path))?;
                Ok(Change {
                    path: path.to_owned(),
                    action: action(file, old.as_deref()),
                })
            })
            .collect()
    }

    /// Writes the plan into `root`: all of it, or on an error nothing.
    ///
    /// A file whose bytes are already right is not touched, so that its modification time, and
    /// with it Cargo's idea of what is fresh, stays. Others are written beside their target first
    /// and renamed when every one of them is complete.
    ///
    /// # Errors
    ///
    /// Fails on any I/O error, after removing what this call had created.
    pub fn write(&self, root: &Path) -> Result<Vec<Change>, WriteError> {
        let changes = self.compare(root)?;
        let mut transaction = Transaction::default();
        for change in &changes {
            if matches!(change.action, Action::Create | Action::Update) {
                let contents = &self.files[&change.path].contents;
                transaction.stage(&root.join(&change.path), contents.as_bytes())?;
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
}

/// Files written beside their targets, waiting to be renamed all together.
#[derive(Default)]
struct Transaction {
    staged: Vec<Staged>,
    created_dirs: Vec<PathBuf>,
    committed: bool,
}

struct Staged {
    target: PathBuf,
    temporary: PathBuf,
    /// What the target held before, to put back when a later rename fails.
    previous: Option<Vec<u8>>,
    renamed: bool,
}

impl Transaction {
    fn stage(&mut self, target: &Path, contents: &[u8]) -> Result<(), WriteError> {
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

    /// Like `fs::create_dir_all`, but remembers what it made.
    fn create_dirs(&mut self, dir: &Path) -> Result<(), WriteError> {
        let missing: Vec<_> = dir
            .ancestors()
            .take_while(|d| !d.as_os_str().is_empty() && !d.exists())
            .map(Path::to_owned)
            .collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(&dir).map_err(|e| WriteError::new("create folder", &dir, e))?;
            self.created_dirs.push(dir);
        }
        Ok(())
    }

    fn commit(mut self) -> Result<(), WriteError> {
        for file in &mut self.staged {
            fs::rename(&file.temporary, &file.target)
                .map_err(|e| WriteError::new("write", &file.target, e))?;
            file.renamed = true;
        }
        self.committed = true;
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
        for dir in self.created_dirs.iter().rev() {
            drop(fs::remove_dir(dir));
        }
    }
}

/// A name in the same folder, because a rename is atomic only within one file system.
fn temporary_name(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// An I/O error with the path it happened at.
#[derive(Debug)]
pub struct WriteError {
    verb: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl WriteError {
    fn new(verb: &'static str, path: &Path, source: io::Error) -> Self {
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
