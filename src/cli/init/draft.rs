//! What a `streamgen.toml` is to say, before it is text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::cli::settings::is_repository;
use crate::cli::settings_file::{Key, Kind, Place, keys};
use crate::cli::switch::go_bool;
use crate::output::{absolute, is_file};
use crate::paths::{file_seen_from, folder_seen_from, slashes};

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Switch(bool),
    Text(String),
    List(Vec<String>),
}

/// Keys with their values, sorted.
pub(super) type Entries = BTreeMap<String, Value>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// What stands above the jobs.
    pub(super) project: Entries,
    pub(super) jobs: Vec<Job>,
    /// Where it comes from, if not from the command line.
    pub(super) source: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// As seen from the folder of the file.
    pub(super) idl: String,
    pub(super) entries: Entries,
}

impl Job {
    pub(super) fn new(idl: String) -> Self {
        Self {
            idl,
            entries: Entries::new(),
        }
    }
}

/// What a command line says; `out` is where the file goes, as seen from the current folder. The first of
/// several IDLs is the one that is served.
pub(super) fn of_command(matches: &ArgMatches, command: &Command, out: &Path) -> Draft {
    let mut draft = Draft::default();
    let mut all = Entries::new();
    let mut service = None;
    for key in keys(command) {
        let Some(value) = value(key, matches, out) else {
            continue;
        };
        match (key.name, key.place()) {
            // It says where the file is.
            ("out", _) => {}
            (name, Place::Project) => drop(draft.project.insert(name.to_owned(), value)),
            (name, Place::Job) => service = Some((name.to_owned(), value)),
            (name, Place::Both) => drop(all.insert(name.to_owned(), value)),
        }
    }
    let idls = matches.get_many::<PathBuf>("idl").into_iter().flatten();
    draft.jobs = idls
        .map(|idl| Job {
            idl: match all.contains_key("descriptor-set") {
                true => idl.to_string_lossy().into_owned(),
                false => seen_from(out, &idl.to_string_lossy()),
            },
            entries: all.clone(),
        })
        .collect();
    match draft.jobs.first_mut() {
        Some(first) => first.entries.extend(service),
        // Flags without an IDL are for whatever is found.
        None => {
            draft.project.extend(all);
            draft.project.extend(service);
        }
    }
    draft
}

/// The value that the user has typed for a key. An empty text counts as none.
fn value(key: Key<'_>, matches: &ArgMatches, out: &Path) -> Option<Value> {
    if matches.value_source(key.id()) != Some(ValueSource::CommandLine) {
        return None;
    }
    let words = matches.get_raw(key.id())?;
    let words = words.map(|word| word.to_string_lossy().into_owned());
    let words = words.map(|word| key.with_path(&word, |path| seen_from(out, path)));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let last = words.last()?.clone();
    Some(match key.kind() {
        Kind::Switch => Value::Switch(go_bool(&last) == Ok(true)),
        Kind::Text => Value::Text(last),
        Kind::List => Value::List(words),
    })
}

/// A path of the current folder, as a file in `out` has it.
pub(super) fn seen_from(out: &Path, path: &str) -> String {
    let typed = Path::new(path);
    if is_repository(path) {
        return path.to_owned();
    }
    if out == Path::new(".") || typed.is_absolute() {
        return slashes(typed.strip_prefix(".").unwrap_or(typed));
    }
    match typed.file_name() {
        Some(_) => file_seen_from(out, typed),
        None => folder_seen_from(out, typed),
    }
}

impl Draft {
    /// Adds what was typed: it counts more than what was found.
    pub(super) fn add(&mut self, typed: Self) {
        let mut project = typed.project;
        if let Some(service) = project.remove("service") {
            for job in &mut self.jobs {
                job.entries.remove("service");
            }
            if let Some(first) = self.jobs.first_mut() {
                first.entries.insert("service".to_owned(), service);
            }
        }
        for job in &mut self.jobs {
            job.entries.retain(|key, _| !project.contains_key(key));
        }
        self.project.extend(project);
        self.jobs.extend(typed.jobs);
    }

    /// Moves what all jobs say above them.
    pub(super) fn hoist(&mut self) {
        let [first, others @ ..] = self.jobs.as_slice() else {
            return;
        };
        if others.is_empty() {
            return;
        }
        let mut shared = first.entries.clone();
        shared.retain(|key, value| others.iter().all(|job| job.entries.get(key) == Some(value)));
        for job in &mut self.jobs {
            job.entries.retain(|key, _| !shared.contains_key(key));
        }
        self.project.extend(shared);
    }

    pub(super) fn set_module(&mut self, name: &str) {
        let name = Value::Text(name.to_owned());
        self.project.insert("module".to_owned(), name);
    }

    /// An IDL that does not exist. Those of descriptor sets are not files.
    pub(super) fn missing(&self, out: &Path) -> Option<String> {
        let jobs = self.jobs.iter();
        let files = jobs.filter(|job| !job.entries.contains_key("descriptor-set"));
        // The folder of the file need not exist yet.
        let mut files = files.map(|job| out.join(&job.idl));
        let exists = |file: &PathBuf| absolute(file).is_some_and(|file| is_file(&file));
        let missing = files.find(|file| !exists(file))?;
        Some(file_seen_from(Path::new("."), &missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(idl: &str, streamx: bool) -> Job {
        let mut job = Job::new(idl.to_owned());
        job.entries
            .insert("streamx".to_owned(), Value::Switch(streamx));
        job
    }

    fn hoisted(jobs: Vec<Job>) -> Draft {
        let mut draft = Draft {
            jobs,
            ..Draft::default()
        };
        draft.hoist();
        draft
    }

    #[test]
    fn what_all_jobs_say_is_said_once() {
        let draft = |second| hoisted(vec![job("a.thrift", true), job("b.thrift", second)]);
        assert_eq!(draft(true).project.len(), 1);
        assert!(draft(true).jobs.iter().all(|job| job.entries.is_empty()));
        assert_eq!(draft(false).project.len(), 0);
        let alone = hoisted(vec![job("a.thrift", true)]);
        assert_eq!(alone.jobs[0].entries.len(), 1);
    }

    #[test]
    fn paths_are_seen_from_the_file() {
        let seen = |out: &str, path: &str| seen_from(Path::new(out), path);
        assert_eq!(seen(".", "./idl/a.thrift"), "idl/a.thrift");
        assert_eq!(seen("shop", "idl/a.thrift"), "../idl/a.thrift");
        assert_eq!(seen("shop", "shop/a.thrift"), "a.thrift");
        assert_eq!(seen("shop", "/idl"), "/idl");
    }
}
