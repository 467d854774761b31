//! `streamgen.toml`: what is generated in a project, beside its `Cargo.toml`.
//!
//! The file is a command line for each job, written down: each key is a flag, and what the file says is
//! handed to the definition of the flags as words. So a key means exactly what its flag means.

mod document;
mod judge;
mod keys;
mod schema;
mod unknown;

use std::path::{Component, Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, FromArgMatches};
use streamgen_idl::{Code, Diagnostic, MAX_FILE_BYTES, SourceMap, Span};

use super::args::Args;
use super::kitex_thrift::ThriftOptions;
use super::mode::Run;
use super::refusal;
use super::settings::{self, Settings};
use crate::error::Error;
use crate::options::{Options, SETTINGS_FILE};
use crate::output::{absolute, is_file, read_bytes};

use document::{Document, Entry, Job};
use keys::Way;

pub(super) use keys::{Key, Kind, Place, keys};
pub(super) use schema::schema;

/// A file that has been understood, for messages about what it says.
#[derive(Debug)]
pub(super) struct SettingsFile {
    path: PathBuf,
    /// The way from the current folder to that of the file.
    way: Way,
    text: String,
    document: Document,
}

/// Looks for the file in the current folder and in those above it, as Cargo does. Returns the way to it.
pub(super) fn find() -> Option<PathBuf> {
    let here = absolute(Path::new("."))?;
    let mut way = PathBuf::new();
    for folder in here.ancestors() {
        if is_file(&folder.join(SETTINGS_FILE)) {
            return Some(way.join(SETTINGS_FILE));
        }
        way.push("..");
    }
    None
}

/// What a command line without an IDL asks for: a run of the jobs of the file at `path`. `args` are the
/// flags of the command line, and `matches` tells which of them were typed.
///
/// # Errors
///
/// When flags were typed that say what is generated, and everything that is wrong with the file.
pub(super) fn settings(
    path: PathBuf,
    args: &Args,
    matches: &ArgMatches,
    command: &Command,
) -> Result<Settings, Vec<Error>> {
    refuse_flags_of_the_file(&path, matches, command)?;
    let run = Run::of(args).map_err(|why| vec![Error::usage(why)])?;
    let file = read(path, command)?;
    let jobs = file.options(command)?;
    Ok(Settings {
        file: Some(file),
        ..Settings::new(jobs, run)
    })
}

/// What is generated is said by the file alone, so that a check in CI finds what somebody generated.
fn refuse_flags_of_the_file(
    path: &Path,
    matches: &ArgMatches,
    command: &Command,
) -> Result<(), Vec<Error>> {
    let is_typed = |arg: &&clap::Arg| {
        let id = arg.get_id().as_str();
        matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let mut typed = command.get_arguments().filter(is_typed);
    let is_of_file = |arg: &&clap::Arg| arg.is_hide_set() || Key::of(arg).is_some();
    let Some(flag) = typed.find(is_of_file).and_then(clap::Arg::get_long) else {
        return Ok(());
    };
    let path = path.display();
    Err(vec![Error::usage(format!(
        "`{path}` says what is generated, and -{flag} cannot add to it: write `{flag}` there"
    ))])
}

/// Reads the file.
fn read(path: PathBuf, command: &Command) -> Result<SettingsFile, Vec<Error>> {
    let shown = path.display();
    let unreadable = |why: &str| vec![Error::project(format!("cannot read `{shown}`: {why}"))];
    let bytes = read_bytes(&path).ok_or_else(|| unreadable("it is gone, or not yours to read"))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(unreadable("it is too large to be one"));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    let way = Way(path.parent().map(Path::to_owned).unwrap_or_default());
    let mut sources = SourceMap::new();
    let file = sources.add(path.clone(), text.clone());
    let (document, mut found) = document::read(&text, file, command, &way);
    if found.is_empty() {
        found.extend(two_of_one(&document));
    }
    match found.is_empty() {
        true => Ok(SettingsFile {
            path,
            way,
            text,
            document,
        }),
        false => Err(vec![Error::idl(found, sources)]),
    }
}

/// Jobs that cannot be in one project: a program has one name, and an IDL is generated in one way.
fn two_of_one(document: &Document) -> Option<Diagnostic> {
    let service = |job: &Job| {
        let entry = job.entries.iter().find(|entry| entry.key == "service")?;
        let is_empty = entry.words.iter().all(|word| word.ends_with('='));
        (!is_empty).then_some(entry.span)
    };
    let served: Vec<Span> = document.jobs.iter().filter_map(service).collect();
    if let [first, second, ..] = served[..] {
        let found = Diagnostic::new(Code::SettingsJobs, "two jobs have a `service`");
        let found = found
            .label(second, "")
            .label(first, "the program serves this one");
        return Some(found.help("leave it out: the program calls the services of the other jobs"));
    }
    let jobs = document.jobs.iter().enumerate();
    jobs.into_iter().find_map(|(index, job)| {
        let earlier = document.jobs[..index].iter();
        let same = |other: &&Job| parts(&other.idl).eq(parts(&job.idl));
        let first = earlier.into_iter().find(same)?;
        let message = format!("two jobs for `{}`", job.idl);
        let found = Diagnostic::new(Code::SettingsJobs, message).label(job.idl_span, "");
        Some(
            found
                .label(first.idl_span, "the first one")
                .help("write the options of both in one"),
        )
    })
}

/// The parts of a path, without those that lead nowhere.
fn parts(path: &str) -> impl Iterator<Item = Component<'_>> {
    let parts = Path::new(path).components();
    parts.filter(|part| *part != Component::CurDir)
}

impl SettingsFile {
    /// The options of each job.
    fn options(&self, command: &Command) -> Result<Vec<Options>, Vec<Error>> {
        let mut probe = command.clone();
        let jobs = self.document.jobs.iter();
        let jobs = jobs.map(|job| {
            let options = self.options_of(job, &mut probe);
            options.map_err(
                |why| match self.diagnostic(&why, std::slice::from_ref(job)) {
                    Some(error) => vec![error],
                    None => vec![Error::usage(format!("`{}`: {why}", self.path.display()))],
                },
            )
        });
        jobs.collect()
    }

    fn options_of(&self, job: &Job, probe: &mut Command) -> Result<Options, String> {
        let entries = self.entries_of(job);
        let mut words = vec!["streamgen".to_owned()];
        words.extend(entries.clone().flat_map(|entry| entry.words.clone()));
        let way = &self.way.0;
        if !has(entries, "out") && !way.as_os_str().is_empty() {
            words.push(format!("--out={}", way.display()));
        }
        let matches = probe.try_get_matches_from_mut(words);
        let args = matches.and_then(|matches| Args::from_arg_matches(&matches));
        let args = args.map_err(|error| refusal::sentence(&error))?;
        let idl = PathBuf::from(self.idl_of(job));
        let options = settings::options(idl, args, ThriftOptions::default())?;
        Ok(Options {
            settings_file: Some(self.path.clone()),
            ..options
        })
    }

    /// The entries that hold for a job: those for all jobs, then its own.
    fn entries_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Entry> + Clone {
        self.document.common.iter().chain(&job.entries)
    }

    /// The IDL of a job, as seen from the current folder. In a descriptor set it has a name of its own.
    fn idl_of(&self, job: &Job) -> String {
        match has(self.entries_of(job), "descriptor-set") {
            true => job.idl.clone(),
            false => self.way.to(&job.idl),
        }
    }

    /// Errors about options, with the places where the file says what they are about.
    pub(super) fn placed(&self, errors: Vec<Error>) -> Vec<Error> {
        let place = |error: Error| match error.is_usage() {
            true => {
                let jobs = &self.document.jobs;
                self.diagnostic(&error.to_string(), jobs).unwrap_or(error)
            }
            false => error,
        };
        errors.into_iter().map(place).collect()
    }

    /// A message that names flags of the file, such as `-gen-path`, or the IDL of a job, as far as the
    /// jobs in question have them.
    fn diagnostic(&self, message: &str, jobs: &[Job]) -> Option<Error> {
        let entries = jobs.iter().flat_map(|job| &job.entries);
        let entries = self.document.common.iter().chain(entries);
        let is_named = |text: &str| {
            let mut words = message.split([' ', ',', ':', ';']);
            words.any(|word| word == text)
        };
        let entries = entries.filter(|entry| is_named(&format!("-{}", entry.key)));
        let idls = jobs
            .iter()
            .filter(|job| message.contains(&format!("`{}`", self.idl_of(job))));
        let spans = entries
            .map(|entry| entry.span)
            .chain(idls.map(|job| job.idl_span));
        let found = Diagnostic::new(Code::SettingsValue, message);
        let found = spans.fold(found, |found, span| found.label(span, ""));
        found.primary_span()?;
        let mut sources = SourceMap::new();
        sources.add(self.path.clone(), self.text.clone());
        Some(Error::idl(vec![found], sources))
    }
}

fn has<'a>(mut entries: impl Iterator<Item = &'a Entry>, key: &str) -> bool {
    entries.any(|entry| entry.key == key)
}
