//! A draft of the jobs that a project's lock has recorded, where command lines have generated the code.

use std::path::Path;

use clap::Command;

use super::Remarks;
use super::draft::{self, Draft, Value};
use crate::cli::{argv, refusal};
use crate::error::Error;
use crate::options::DEFAULT_GEN_PATH;
use crate::output::{folder_entries, read_text};
use crate::paths::slashes;
use crate::project::lock::{FILE_NAME, Job, Lock};

/// The draft, if there is a lock in the project at `out`.
pub(super) fn draft(
    command: &Command,
    out: &Path,
    remarks: &mut Remarks,
) -> Result<Option<Draft>, Error> {
    let folders = folder_entries(&out.join("src")).into_iter();
    let mut locks = folders.filter_map(|(name, _)| {
        let path = Path::new("src").join(&name).join(FILE_NAME);
        Some((name, read_text(&out.join(&path))?, path))
    });
    let Some((gen_path, text, path)) = locks.next() else {
        return Ok(None);
    };
    let lock = Lock::of_file(&out.join(&path), &text)?;
    let mut draft = Draft {
        source: Some(slashes(&path)),
        ..Draft::default()
    };
    if lock.jobs.iter().any(Job::is_inline) {
        remarks.warn(
            "the IDL that came from standard input got no job: put it into a file, and that into a [[job]]",
        );
    }
    for job in lock.jobs.iter().filter(|job| !job.is_inline()) {
        // They are typed in the folder of the project, where the file will be.
        let words = job.options.iter().chain([&job.idl]).cloned();
        let matches = argv::matches(command, words.collect()).map_err(|error| {
            let (path, why) = (path.display(), refusal::sentence(&error));
            Error::project(format!("`{path}` has a job that cannot be run: {why}"))
        })?;
        draft
            .jobs
            .extend(draft::of_command(&matches, command, Path::new(".")).jobs);
    }
    let gen_path = gen_path.to_string_lossy();
    if gen_path != DEFAULT_GEN_PATH {
        let gen_path = Value::Text(gen_path.into_owned());
        draft.project.insert("gen-path".to_owned(), gen_path);
    }
    Ok((!draft.jobs.is_empty()).then_some(draft))
}
