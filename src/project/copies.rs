//! Copies of the IDL beside the code that was generated from it (Kitex's `-copy-idl`).
//!
//! Kitex puts each file into the folder of its namespace, where its includes are not found any more.
//! Here the files keep their places to one another, so that the copy is an IDL like the original. Lines
//! end as in generated code, for the copy to be the same wherever the IDL is checked out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::options::Options;
use crate::output::{FilePlan, Ownership, read_text};
use crate::plan::Plan;

use super::lock::Job;
use super::{Project, hash};
use crate::paths::{file_seen_from, slashes};

/// The folder of copies, below that of generated code.
const FOLDER: &str = "idl";

/// A copy of an IDL file.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    /// The file, as seen from the project.
    pub(super) from: String,
    text: String,
}

/// Each copy, by path below the folder of generated code.
///
/// # Errors
///
/// When a file cannot be read any more.
pub(super) fn of_idl(
    options: &Options,
    plan: &Plan<'_>,
) -> Result<BTreeMap<String, Copied>, Error> {
    if !options.copy_idl {
        return Ok(BTreeMap::new());
    }
    // What is built into the tool is not on disk.
    let files = plan.schema.files.iter().map(|file| &file.canonical_path);
    let files: Vec<&PathBuf> = files.filter(|path| path.is_absolute()).collect();
    let shared = shared_folder(&files);
    let copy = |file: &&PathBuf| {
        let below = file.strip_prefix(&shared).unwrap_or(file);
        let unreadable = || Error::project(format!("cannot copy `{}`", file.display()));
        let text = read_text(file).ok_or_else(unreadable)?;
        let from = file_seen_from(&options.out_dir, file);
        Ok((
            slashes(&Path::new(FOLDER).join(below)),
            Copied { from, text },
        ))
    };
    files.iter().map(copy).collect()
}

/// The deepest folder that all files are in.
fn shared_folder(files: &[&PathBuf]) -> PathBuf {
    let mut folders = files.iter().filter_map(|file| file.parent());
    let mut shared = folders.next().map(Path::to_owned).unwrap_or_default();
    for folder in folders {
        while !folder.starts_with(&shared) && shared.pop() {}
    }
    shared
}

impl Project<'_> {
    /// Plans the copies, and returns the hash of each.
    ///
    /// # Errors
    ///
    /// When another job has the copy of another file in the same place.
    pub(super) fn copied(&self, files: &mut FilePlan) -> Result<BTreeMap<String, String>, Error> {
        let mut hashes = BTreeMap::new();
        for (path, Copied { from, text }) in &self.copies {
            let target = self.folder.join(path);
            let is_other = |job: &&Job| job.copies.get(path).is_some_and(|theirs| theirs != from);
            if let Some(job) = self.others.iter().find(is_other) {
                return Err(Error::project(format!(
                    "`{}` would be the copy of `{from}`, and is that of `{}` already; generate one of the \
                     two elsewhere with -gen-path",
                    target.display(),
                    job.copies[path]
                )));
            }
            hashes.insert(path.clone(), hash::of(text));
            files.insert(target, Ownership::Generated, text.clone());
        }
        Ok(hashes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_share_the_deepest_folder_above_all() {
        let shared = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(PathBuf::from).collect();
            shared_folder(&files.iter().collect::<Vec<_>>())
        };
        assert_eq!(shared(&["/a/b/c.thrift"]), Path::new("/a/b"));
        assert_eq!(shared(&["/a/b/c.thrift", "/a/d.thrift"]), Path::new("/a"));
        assert_eq!(
            shared(&["/a/b/c.thrift", "/a/bb/d.thrift"]),
            Path::new("/a")
        );
    }
}
