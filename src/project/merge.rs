//! One module of several jobs.
//!
//! What a module is made of, a job may know in full, in part or not at all: a namespace with nothing
//! but other namespaces in it has no items of its own. Who knows more of the same IDL files wins.

mod messages;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;

use super::job::{ROOT, with_module};
use super::lock::{Job, Module};
use super::module_text::{Declaration, ModuleText};
use crate::paths::file_name;

/// Joins the modules of `job` with those of the `others`.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    job: &'a Job,
    others: &'a [Job],
    /// The folder of generated code, for messages.
    folder: String,
    /// IDL files of other jobs that are not on disk.
    gone: BTreeSet<String>,
    /// Files of services that are not the same on both of Kitex's surfaces.
    streams: &'a BTreeSet<String>,
    /// Jobs whose share of a module is no longer what their last run made of it, by their IDL.
    outdated: BTreeMap<&'a str, Outdated<'a>>,
}

/// A job that has to run again.
#[derive(Debug)]
struct Outdated<'a> {
    job: &'a Job,
    /// The file that it shares.
    file: String,
    /// Whether its options for that file were others than those of this run.
    differs: bool,
}

/// What one job's IDL files for a module are to another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sources {
    /// All of the other's, and perhaps more.
    Cover,
    /// Some of the other's.
    Part,
    /// Others.
    Differ,
    /// There are none: the module only holds other modules.
    None,
}

impl<'a> Merge<'a> {
    pub(super) fn new(
        job: &'a Job,
        others: &'a [Job],
        folder: String,
        gone: BTreeSet<String>,
        streams: &'a BTreeSet<String>,
    ) -> Self {
        Self {
            job,
            others,
            folder,
            gone,
            streams,
            outdated: BTreeMap::new(),
        }
    }

    /// Whether another job has a share of the module.
    pub(super) fn is_shared(&self, path: &str) -> bool {
        with_module(self.others, path).next().is_some()
    }

    /// What the IDL files of this job's module are to those of another's.
    fn sources(&self, own: &Module, module: &Module, other: &Job) -> Sources {
        // Of an adopted job only the names of files are known; a file that is gone may have moved.
        let is_same = |mine: &String, theirs: &String| {
            let by_name = other.adopted || self.gone.contains(theirs);
            mine == theirs || by_name && file_name(mine) == file_name(theirs)
        };
        let has = |mine: &String| module.from.iter().any(|theirs| is_same(mine, theirs));
        let covers = |theirs: &String| own.from.iter().any(|mine| is_same(mine, theirs));
        if own.from.is_empty() {
            Sources::None
        } else if module.from.iter().all(covers) {
            Sources::Cover
        } else if own.from.iter().all(has) {
            Sources::Part
        } else {
            Sources::Differ
        }
    }

    /// The text of a module that this job would write as `planned`, where the file has `found`.
    ///
    /// # Errors
    ///
    /// When another job has something else in it.
    pub(super) fn module(
        &mut self,
        path: &str,
        planned: &str,
        found: Option<&str>,
    ) -> Result<String, Error> {
        let Some(mine) = ModuleText::parse(planned) else {
            return Ok(planned.to_owned());
        };
        let theirs = found.and_then(ModuleText::parse);
        let takes_theirs = self.takes_theirs(path, &mine, theirs.as_ref())?;
        let mut joined = match theirs {
            Some(theirs) if takes_theirs => ModuleText {
                // The first lines of the root module are about all jobs already.
                head: if path == ROOT { mine.head } else { theirs.head },
                ..theirs
            },
            _ => mine,
        };
        joined.declarations = declarations(self.others.iter().chain([self.job]), path);
        let twice = joined
            .declarations
            .iter()
            .find(|child| joined.has_inline_module(&child.name));
        match twice {
            Some(child) => Err(self.clash_of_names(path, &child.name)),
            None => Ok(joined.render()),
        }
    }

    /// Whether the items of the module are those that the file has. `theirs` is `None` where the
    /// file is gone.
    fn takes_theirs(
        &mut self,
        path: &str,
        mine: &ModuleText<'_>,
        theirs: Option<&ModuleText<'_>>,
    ) -> Result<bool, Error> {
        let none = Module::default();
        let own = self.job.modules.get(path).unwrap_or(&none);
        let mut takes = false;
        // What this job has in the module is there already, beside what a job has that knows more.
        let is_there = theirs.is_some_and(|theirs| theirs.holds(mine))
            && with_module(self.others, path)
                .any(|(other, module)| self.sources(own, module, other) == Sources::Part);
        for (other, module) in with_module(self.others, path) {
            if module.from.is_empty() || theirs.is_some_and(|theirs| theirs.items == mine.items) {
                continue;
            }
            match (self.sources(own, module, other), theirs) {
                (Sources::None, Some(_)) => takes = true,
                (Sources::Cover, Some(theirs)) if is_there || mine.holds(theirs) => {}
                (Sources::Part, Some(theirs)) if theirs.holds(mine) => takes = true,
                (Sources::Part, Some(_)) => return Err(self.needs_other_first(path, other)),
                (Sources::Differ, _) => return Err(self.clash(path, own, other, module)),
                (Sources::Cover, Some(_)) | (_, None) => {
                    let by_surface =
                        self.streams.contains(path) && other.streamx() != self.job.streamx();
                    let outdated = Outdated {
                        job: other,
                        file: format!("{}/{path}", self.folder),
                        differs: by_surface || type_options(other) != type_options(self.job),
                    };
                    self.outdated.entry(&other.idl).or_insert(outdated);
                }
            }
        }
        Ok(takes)
    }
}

/// The modules that the jobs declare in one.
pub(super) fn declarations<'a>(
    jobs: impl Iterator<Item = &'a Job>,
    parent: &str,
) -> Vec<Declaration> {
    let mut all = BTreeMap::new();
    for job in jobs {
        for (name, module) in job.children(parent) {
            *all.entry(name.to_owned()).or_insert(false) |= !module.private;
        }
    }
    let declared = all.into_iter();
    declared
        .map(|(name, public)| Declaration { name, public })
        .collect()
}

/// The options of a job that decide the text of types.
fn type_options(job: &Job) -> Vec<&String> {
    const OTHERS: [&str; 11] = [
        "-service=",
        "-I=",
        "-descriptor-set=",
        "-type=",
        "-streamx",
        "-descriptors",
        "-gen-path=",
        "-no-recurse",
        "-combine-service",
        "-copy-idl",
        "-use=",
    ];
    let decides = |flag: &&String| !OTHERS.iter().any(|other| flag.starts_with(other));
    job.options.iter().filter(decides).collect()
}
