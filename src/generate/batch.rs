//! Several IDLs in one command: one job each, and all of their files in one plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use streamgen_idl::{Diagnostic, SourceMap};

use super::{Generated, Surroundings, generate_beside};
use crate::error::Error;
use crate::note::Note;
use crate::options::Options;
use crate::output::{Change, FilePlan};
use crate::project::{Audit, Fault};
use crate::timings::Timing;
#[cfg(feature = "cli")]
use crate::timings::Watch;

/// What several runs have made together, not yet written.
#[derive(Debug)]
pub struct Batch {
    /// Every file, by its path relative to the output folder.
    pub files: FilePlan,
    /// What is legal in the IDLs but probably not meant, each with the texts that it points into.
    pub warnings: Vec<(Vec<Diagnostic>, SourceMap)>,
    /// See [`Generated::notes`].
    pub notes: Vec<Note>,
    /// See [`Generated::first_edit`].
    pub first_edit: Option<PathBuf>,
    /// See [`Generated::timings`]: of all runs together.
    pub timings: Vec<Timing>,
    audit: Audit,
}

impl Batch {
    /// See [`Generated::faults`].
    #[must_use]
    pub fn faults(&self, root: &Path, changes: &[Change]) -> Vec<Fault> {
        self.audit.faults(root, &self.files, changes)
    }
}

/// Does one job for each of `all`, which differ in their IDL and have one output folder. If they are from
/// a settings file, the project has no other jobs afterwards. Types of files that several IDLs include are
/// written once. The caller decides which IDL is served: two of the options must not have
/// [`Options::service`].
///
/// # Errors
///
/// Those of every IDL that has some; see [`generate`](super::generate). Nothing is made then.
pub fn generate_all(all: &[Options]) -> Result<Batch, Vec<Error>> {
    generate_all_beside(all, FilePlan::default(), Surroundings::of_project())
}

/// The same, and tells `watch` of each step.
///
/// # Errors
///
/// See [`generate_all`].
#[cfg(feature = "cli")]
pub(crate) fn generate_all_watched(all: &[Options], watch: Watch<'_>) -> Result<Batch, Vec<Error>> {
    let around = Surroundings {
        watch,
        ..Surroundings::of_project()
    };
    generate_all_beside(all, FilePlan::default(), around)
}

/// The same in other surroundings, where `files` have been planned for the output folder already. They
/// are part of the result.
///
/// # Errors
///
/// See [`generate_all`].
pub(crate) fn generate_all_beside(
    all: &[Options],
    mut files: FilePlan,
    around: Surroundings<'_>,
) -> Result<Batch, Vec<Error>> {
    let jobs = jobs_of_settings(all);
    let around = Surroundings {
        jobs: jobs.as_ref(),
        ..around
    };
    let mut first = in_any_order(all, &mut files, around)?;
    // What one job says of another is true when both have run.
    let second = match all.len() {
        0 | 1 => Vec::new(),
        _ => in_any_order(all, &mut files, around)?,
    };
    let last = if second.is_empty() { &first } else { &second };
    let of_projects = last.iter().flat_map(|run| run.kinds_of_notes().0);
    let of_scaffolds = first.iter().flat_map(|run| run.kinds_of_notes().1);
    let mut notes: Vec<Note> = Vec::new();
    for note in of_projects.chain(of_scaffolds) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let audit = first.first().map(|run| run.audit.clone());
    Ok(Batch {
        files,
        notes,
        first_edit: first.iter_mut().find_map(|run| run.first_edit.take()),
        timings: together(first.iter().chain(&second)),
        warnings: first
            .into_iter()
            .map(|run| (run.warnings, run.sources))
            .collect(),
        audit: audit.unwrap_or_default(),
    })
}

/// The IDLs of all jobs that the project is to have, if a settings file says so.
fn jobs_of_settings(all: &[Options]) -> Option<BTreeSet<String>> {
    let is_of_file = all.iter().any(|job| job.settings_file.is_some());
    is_of_file.then(|| all.iter().map(Options::idl_of_project).collect())
}

/// Does the jobs one after the other, and those again that need another one to be done first.
fn in_any_order(
    all: &[Options],
    files: &mut FilePlan,
    around: Surroundings<'_>,
) -> Result<Vec<Generated>, Vec<Error>> {
    let mut done: Vec<_> = all.iter().map(|_| None).collect();
    loop {
        let mut errors = Vec::new();
        let mut progress = false;
        for (options, done) in all.iter().zip(&mut done) {
            if done.is_some() {
                continue;
            }
            match generate_beside(options, files, around) {
                Ok(mut run) => {
                    files.absorb(std::mem::take(&mut run.files));
                    *done = Some(run);
                    progress = true;
                }
                // The options are those of all jobs.
                Err(error) if error.is_usage() => return Err(vec![error]),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            return Ok(done.into_iter().flatten().collect());
        }
        let is_of_project = errors.iter().all(|error| error.is_project());
        if !progress || !is_of_project {
            return Err(errors);
        }
    }
}

/// The timings of several runs, added up.
fn together<'a>(runs: impl Iterator<Item = &'a Generated>) -> Vec<Timing> {
    let mut sums: Vec<Timing> = Vec::new();
    for timing in runs.flat_map(|run| &run.timings) {
        match sums.iter_mut().find(|sum| sum.part == timing.part) {
            Some(sum) => sum.took += timing.took,
            None => sums.push(*timing),
        }
    }
    sums
}
