//! Whether the files of a project are those that streamgen would write: what a check in CI asks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::output::{Action, Change, FilePlan, files_below, raw_text, read_text};
use crate::quote::shell_word;

use super::lock::FILE_NAME;
use super::{Project, hash};
use crate::paths::slashes;

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path relative to the output folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: FaultKind,
    /// The command that mends it, in the output folder; `None` if the run that was checked does.
    pub command: Option<String>,
}

/// See [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The IDL, the options or streamgen are others than those that the file was written by.
    Stale,
    /// It is not there.
    Missing,
    /// No IDL produces it, or does any more.
    Orphaned,
    /// Somebody has changed it since it was written.
    Edited,
    /// Its lines end otherwise than streamgen writes them, as Git does where it is asked to.
    LineEnds,
    /// A file of the user's lacks what the IDL has got.
    Incomplete,
}

/// What earlier runs have left, as far as a check needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audit {
    /// The folder of generated code, below the output folder.
    folder: PathBuf,
    /// The hash of each file as it was written, by path below that folder.
    written: BTreeMap<String, String>,
    /// The files of other jobs, with the command that writes them.
    others: BTreeMap<String, String>,
}

impl Project<'_> {
    /// What a check needs to know.
    pub(crate) fn audit(&self) -> Audit {
        let mut others = BTreeMap::new();
        for job in self.others.iter().rev() {
            others.extend(job.files().map(|path| (path.to_owned(), job.command())));
        }
        Audit {
            folder: self.folder.clone(),
            written: self.files.clone(),
            others,
        }
    }
}

impl Audit {
    /// The files in `root` that are not as `files` and the other jobs want them, sorted by path. `changes`
    /// are those that a comparison has found.
    pub(crate) fn faults(&self, root: &Path, files: &FilePlan, changes: &[Change]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut known = BTreeSet::new();
        for change in changes {
            let kind = match change.action {
                Action::Create => Some(FaultKind::Missing),
                Action::Update => Some(self.why(root, &change.path, &files.new_text(&change.path))),
                Action::Remove => Some(FaultKind::Orphaned),
                Action::Complete => Some(FaultKind::Incomplete),
                Action::Unchanged | Action::Keep => None,
            };
            faults.extend(kind.map(|kind| Fault {
                path: change.path.clone(),
                kind,
                command: None,
            }));
            known.insert(change.path.clone());
        }
        self.check_others(root, &mut known, &mut faults);
        self.find_orphans(root, &known, &mut faults);
        faults.sort_by(|a, b| a.path.cmp(&b.path));
        faults
    }

    /// Why the bytes of a file are not those that are planned.
    fn why(&self, root: &Path, path: &Path, planned: &str) -> FaultKind {
        let found = read_text(&root.join(path)).unwrap_or_default();
        let below = path.strip_prefix(&self.folder).map(slashes);
        let written = below.ok().and_then(|below| self.written.get(&below));
        match written.map(String::as_str) {
            _ if found == planned => FaultKind::LineEnds,
            None | Some(hash::UNKNOWN) => FaultKind::Stale,
            Some(written) if hash::of(&found) == written => FaultKind::Stale,
            Some(_) => FaultKind::Edited,
        }
    }

    /// Holds the files of other jobs against their hashes. Whether their IDL has changed is for a check
    /// of those jobs.
    fn check_others(&self, root: &Path, known: &mut BTreeSet<PathBuf>, faults: &mut Vec<Fault>) {
        for (below, command) in &self.others {
            let path = self.folder.join(below);
            if !known.insert(path.clone()) {
                continue;
            }
            let written = self.written.get(below).map(String::as_str);
            let kind = match (raw_text(&root.join(&path)), written) {
                (None, _) => FaultKind::Missing,
                (Some(found), _) if found.contains("\r\n") => FaultKind::LineEnds,
                (Some(_), None | Some(hash::UNKNOWN)) => continue,
                (Some(found), Some(written)) if hash::of(&found) == written => continue,
                (Some(_), Some(_)) => FaultKind::Edited,
            };
            faults.push(Fault {
                path,
                kind,
                command: Some(command.clone()),
            });
        }
    }

    /// Finds files beside the generated ones that no job has.
    fn find_orphans(&self, root: &Path, known: &BTreeSet<PathBuf>, faults: &mut Vec<Fault>) {
        if self.folder.as_os_str().is_empty() {
            return; // The run generates no code.
        }
        let files = files_below(root, &self.folder).into_iter();
        let orphans = files.filter(|path| is_generated(path) && !known.contains(path));
        faults.extend(orphans.map(|path| Fault {
            command: Some(format!("rm {}", shell_word(&slashes(&path)))),
            path,
            kind: FaultKind::Orphaned,
        }));
    }
}

/// Whether a file in the folder of generated code is of a kind that streamgen writes.
fn is_generated(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| suffix == "rs")
        || path.file_name().is_some_and(|name| name == FILE_NAME)
}
