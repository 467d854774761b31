//! A project that streamgen is run in again and again, for one IDL or several.
//!
//! Each run does one job. What the other jobs contribute to the modules that they share is taken
//! from the lock file and from the files themselves, never from their IDL: that may be gone, or have
//! an error that is nobody's concern today, and the project must stay whole all the same. So a job's
//! files change only when that job runs again; where this run can see that one has to, it says so.

mod adopt;
mod audit;
mod command;
mod copies;
mod hash;
mod job;
mod leftovers;
pub(crate) mod lock;
mod merge;
mod module_text;
pub(crate) mod record;
mod surface;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::options::{Options, SETTINGS_FILE};
use crate::output::{FilePlan, Ownership, Tree, exists};
use crate::parallel;
use crate::paths::{file_name, file_seen_from};
use crate::plan::{Plan, ServicePlan};
use crate::quote::shell_word;
use crate::view::Beside;

pub(crate) use audit::Audit;
pub use audit::{Fault, FaultKind};
use copies::Copied;
use job::ROOT;
use lock::{FILE_NAME, Job, Lock, Module};
use merge::Merge;

/// What is generated is said in one place. `recorded` is the settings file that the last run followed.
fn refuse_beside_settings(options: &Options, recorded: Option<String>) -> Result<(), Error> {
    let possible = recorded.into_iter().chain([SETTINGS_FILE.to_owned()]);
    let mut possible = possible.map(|file| options.out_dir.join(file));
    let Some(file) = possible.find(|file| exists(file)) else {
        return Ok(());
    };
    let file = file_seen_from(Path::new("."), &file);
    Err(Error::usage(format!(
        "`{file}` says what is generated here: add a [[job]] with `idl = \"{}\"` to it if there is none, \
         and run streamgen without naming an IDL",
        options.idl_of_project()
    )))
}

/// The project, as a run finds it.
#[derive(Debug)]
pub(crate) struct Project<'a> {
    /// The output folder.
    tree: Tree<'a>,
    /// The folder of generated code, below that.
    folder: PathBuf,
    /// The name of that folder.
    gen_path: String,
    /// The file that has the jobs, as seen from the project.
    settings: Option<String>,
    /// What this run does.
    job: Job,
    /// What other runs did.
    others: Vec<Job>,
    /// The modules that this job had when it was run before.
    previous: BTreeMap<String, Module>,
    /// Whether its services had the StreamX surface then, if that is known.
    previous_streamx: Option<bool>,
    /// The files of services that are not the same on both surfaces.
    streams: BTreeSet<String>,
    /// The files that have been written, with their hashes.
    files: BTreeMap<String, String>,
    notes: Vec<String>,
    /// The copies of IDL files that this run makes, by path below the folder of generated code.
    copies: BTreeMap<String, Copied>,
    /// Whether the script of all jobs is written.
    records: bool,
}

impl<'a> Project<'a> {
    /// Reads what earlier runs have left. With `only`, the project has no jobs but those for these IDLs:
    /// what was there of others is left over.
    ///
    /// # Errors
    ///
    /// When there is a lock file that cannot be followed, and when a settings file has the jobs, which a
    /// command line would add to.
    pub(crate) fn open(
        options: &Options,
        plan: &Plan<'_>,
        services: &[ServicePlan<'_>],
        tree: Tree<'a>,
        only: Option<&BTreeSet<String>>,
    ) -> Result<Self, Error> {
        let folder = PathBuf::from("src").join(&options.gen_path);
        let settings = options.settings_file.as_ref();
        let mut project = Self {
            tree,
            settings: settings.map(|file| file_seen_from(&options.out_dir, file)),
            job: Job::of(options, plan),
            others: Vec::new(),
            previous: BTreeMap::new(),
            previous_streamx: None,
            streams: surface::modules_with_streams(plan, services),
            files: BTreeMap::new(),
            notes: Vec::new(),
            gen_path: options.gen_path.clone(),
            copies: copies::of_idl(options, plan)?,
            records: options.record,
            folder,
        };
        let sources = project.copies.iter();
        let sources = sources.map(|(path, copy)| (path.clone(), copy.from.clone()));
        project.job.copies = sources.collect();
        let recorded = project.read_lock()?;
        if settings.is_none() {
            refuse_beside_settings(options, recorded)?;
        }
        project.take_out_this_job();
        project.note_other_surface(services);
        if let Some(only) = only {
            project.others.retain(|job| only.contains(&job.idl));
        }
        Ok(project)
    }

    /// Takes over the jobs and files of the lock file, or without one those of an older streamgen. Returns the
    /// settings file that the last run followed.
    fn read_lock(&mut self) -> Result<Option<String>, Error> {
        let path = self.folder.join(FILE_NAME);
        let Some(text) = self.tree.text(&path) else {
            self.adopt();
            return Ok(None);
        };
        let lock = Lock::of_file(&self.tree.root().join(&path), &text)?;
        self.others = lock.jobs;
        self.files = lock.files;
        Ok(lock.settings)
    }

    /// Sorts out of the others what this job was before.
    fn take_out_this_job(&mut self) {
        let moved = self.moved();
        let is_this = |other: &Job| self.job.replaces(other) || Some(&other.idl) == moved.as_ref();
        let all = std::mem::take(&mut self.others);
        let (same, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_this);
        self.previous_streamx = same.first().and_then(Job::streamx);
        self.previous = same.into_iter().flat_map(|job| job.modules).collect();
        self.others = others;
        self.note_other_input();
    }

    /// Says so where the IDL from standard input is not the one that came from there before.
    fn note_other_input(&mut self) {
        let mut before = self.previous.keys().filter(|path| *path != ROOT).peekable();
        let is_other =
            before.peek().is_some() && !before.any(|path| self.job.modules.contains_key(path));
        if self.job.is_inline() && is_other {
            self.notes.push(
                "the code of this IDL takes the place of that of another one, which came from standard \
                 input too: a project can have one such IDL"
                    .to_owned(),
            );
        }
    }

    /// Takes over what an older streamgen has written. Nobody can tell whether it was changed since,
    /// so none of it is ever removed.
    fn adopt(&mut self) {
        let Some(job) = adopt::find(self.tree, &self.folder) else {
            return;
        };
        let unknown = job
            .modules
            .keys()
            .map(|path| (path.clone(), hash::UNKNOWN.to_owned()));
        self.files = unknown.collect();
        if !self.job.replaces(&job) {
            self.notes.push(format!(
                "`{}` had no {FILE_NAME}; the code of `{}` in it was taken over: run streamgen for \
                 that IDL too, so that its options are known",
                self.folder.display(),
                job.idl
            ));
        }
        self.others.push(job);
    }

    /// The files of all generated modules of the project, below the folder of generated code.
    pub(crate) fn modules(&self) -> BTreeSet<String> {
        let jobs = self.others.iter().chain([&self.job]);
        jobs.flat_map(|job| job.modules.keys().cloned()).collect()
    }

    /// The commands that check all jobs, as typed in the folder of the project.
    pub(crate) fn check_commands(&self) -> Vec<String> {
        if let Some(settings) = &self.settings {
            // The tool looks for the file in the folders above, too.
            let folder = settings.rsplit_once('/').map_or("", |(folder, _)| folder);
            let is_above = folder.is_empty() || folder.split('/').all(|part| part == "..");
            return vec![match is_above {
                true => "streamgen -check".to_owned(),
                false => format!("(cd {} && streamgen -check)", shell_word(folder)),
            }];
        }
        let jobs = self.others.iter().chain([&self.job]);
        let mut jobs: Vec<_> = jobs
            .filter(|job| !job.adopted && !job.is_inline())
            .collect();
        jobs.sort_by(|a, b| a.idl.cmp(&b.idl));
        jobs.into_iter().map(Job::check_command).collect()
    }

    /// What the other jobs say in the root module.
    pub(crate) fn beside(&self) -> Beside {
        let root_files = job::with_module(&self.others, ROOT);
        let root_files = root_files.flat_map(|(_, module)| &module.from);
        let idls = self.others.iter().map(|job| &job.idl).chain(root_files);
        Beside {
            idls: idls.map(|path| file_name(path).to_owned()).collect(),
            lints: self
                .others
                .iter()
                .flat_map(|job| job.lints.clone())
                .collect(),
        }
    }

    /// Joins the files of this run, which are in `files`, with those of the others, plans that files
    /// of no job go, and adds the lock file. Returns what the user should look at, one sentence each.
    ///
    /// # Errors
    ///
    /// When another job has put other things into one of the modules.
    pub(crate) fn join(mut self, files: &mut FilePlan) -> Result<Vec<String>, Error> {
        let mut written = self.merged(files)?;
        written.extend(self.copied(files)?);
        self.note_absent();
        self.note_abandoned();
        written.extend(self.without_what_is_lost(files));
        let mut hashes = self.dispose_of_leftovers(files);
        for path in self.others.iter().flat_map(Job::files) {
            if let Some(hash) = self.files.get(path) {
                hashes.insert(path.to_owned(), hash.clone());
            }
        }
        hashes.extend(written);
        let mut jobs = self.others;
        jobs.push(self.job);
        jobs.sort_by(|a, b| a.idl.cmp(&b.idl));
        if self.records {
            let found = self.tree.text(Path::new(record::FILE_NAME));
            let commands = match self.settings {
                Some(_) => record::Commands::of_settings(),
                None => record::Commands::of_project(&self.gen_path, &jobs),
            };
            record::plan(found.as_deref(), &commands, files);
        }
        let lock = Lock::new(self.settings, jobs, hashes);
        files.insert(
            self.folder.join(FILE_NAME),
            Ownership::Generated,
            lock.render(),
        );
        Ok(self.notes)
    }

    /// Merges the modules of this run, and returns the hash of each.
    fn merged(&mut self, files: &mut FilePlan) -> Result<BTreeMap<String, String>, Error> {
        let mut merge = Merge::new(
            &self.job,
            &self.others,
            self.folder.display().to_string(),
            self.gone(),
            &self.streams,
        );
        let (shared, own): (Vec<_>, Vec<_>) = self
            .job
            .modules
            .keys()
            .map(|path| (path, self.folder.join(path)))
            .filter(|(_, target)| files.get(target).is_some())
            .partition(|(path, _)| merge.is_shared(path));
        for (path, target) in &shared {
            let planned = files.get(target).map_or("", |file| &file.contents);
            let found = self.tree.text(target);
            let text = merge.module(path, planned, found.as_deref())?;
            files.insert(target, Ownership::Generated, text);
        }
        let all: Vec<_> = shared.into_iter().chain(own).collect();
        let hashes = parallel::map(&all, |(path, target)| {
            let text = files.get(target).map_or("", |file| &file.contents);
            ((*path).clone(), hash::of(text))
        });
        let hashes = hashes.into_iter().collect();
        self.notes.extend(merge.into_notes());
        Ok(hashes)
    }
}
