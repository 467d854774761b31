//! Which flags are keys of `streamgen.toml`, where, and of which type.
//!
//! All of it is read off the definition of the flags: a flag is a key, by its long name, unless it is
//! listed here as one that is about a single run. So a new flag is a key at once.

use clap::{Arg, Command, ValueHint};

/// Flags about what a run does and how it reports: whoever types the command decides.
const OF_RUNS: &[&str] = &[
    "check",
    "ci",
    "completions",
    "diff",
    "dry-run",
    "emit",
    "explain",
    "man-page",
    "message-format",
    "quiet",
    "toml-schema",
    "verbose",
    "version",
];

/// Flags about the package, which all jobs share.
const OF_PROJECTS: &[&str] = &[
    "gen-path",
    "module",
    "no-handler-edit",
    "out",
    "record",
    "runtime",
];

/// Flags that at most one job has: a program has one name.
const OF_ONE_JOB: &[&str] = &["service", "use"];

/// The key of a job that is no flag: its IDL.
pub(super) const IDL: &str = "idl";

/// The key of the jobs.
pub(super) const JOB: &str = "job";

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    /// Above the jobs.
    Project,
    /// In a job.
    Job,
    /// In either.
    Both,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Kind {
    /// `true` or `false`.
    Switch,
    /// One string.
    Text,
    /// A list of strings, or one of them. What a job says comes after what all jobs share.
    List,
}

/// A flag as a key.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Key<'a> {
    /// The flag's long name, and the key.
    pub(in crate::cli) name: &'a str,
    arg: &'a Arg,
}

impl<'a> Key<'a> {
    /// Flags that are hidden are those of the Go tool without a meaning here, and no keys.
    pub(in crate::cli) fn of(arg: &'a Arg) -> Option<Self> {
        let name = arg.get_long()?;
        let is_key = !arg.is_hide_set() && !OF_RUNS.contains(&name);
        is_key.then_some(Self { name, arg })
    }

    pub(in crate::cli) fn place(self) -> Place {
        match self.name {
            name if OF_PROJECTS.contains(&name) => Place::Project,
            name if OF_ONE_JOB.contains(&name) => Place::Job,
            _ => Place::Both,
        }
    }

    /// Whether the key may stand in a place.
    pub(super) fn stands_in(self, place: Place) -> bool {
        [place, Place::Both].contains(&self.place())
    }

    pub(in crate::cli) fn kind(self) -> Kind {
        match self.arg.get_action() {
            clap::ArgAction::Append => Kind::List,
            // Switches take a value behind `=` only.
            _ if self.arg.is_require_equals_set() => Kind::Switch,
            clap::ArgAction::SetTrue => Kind::Switch,
            _ => Kind::Text,
        }
    }

    /// The name by which clap knows the flag.
    pub(in crate::cli) fn id(self) -> &'a str {
        self.arg.get_id().as_str()
    }

    /// A value of the key, with the path in it changed if there is one.
    pub(in crate::cli) fn with_path(
        self,
        value: &str,
        change: impl FnOnce(&str) -> String,
    ) -> String {
        match (self.arg.get_value_hint(), self.name) {
            (ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath, _) => change(value),
            (_, "runtime") => match value.strip_prefix("path:") {
                Some(folder) => format!("path:{}", change(folder)),
                None => value.to_owned(),
            },
            _ => value.to_owned(),
        }
    }

    /// What the flag is for, in a line.
    pub(super) fn help(self) -> String {
        self.arg
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// The short flag.
    pub(super) fn short(self) -> Option<char> {
        self.arg.get_short()
    }

    /// The word of a command line that says what the key says. Paths of the file are relative to its
    /// folder, and `way` leads there.
    pub(super) fn word(self, value: &str, way: &Way) -> String {
        let value = self.with_path(value, |path| way.to(path));
        format!("--{}={value}", self.name)
    }
}

/// All keys, in the order of the help.
pub(in crate::cli) fn keys(command: &Command) -> Vec<Key<'_>> {
    command.get_arguments().filter_map(Key::of).collect()
}

/// Whether a key is a flag of single runs.
pub(super) fn is_of_runs(name: &str) -> bool {
    OF_RUNS.contains(&name)
}

/// The way from the current folder to that of the file: empty, or some `..`.
#[derive(Clone, Debug, Default)]
pub(super) struct Way(pub(super) std::path::PathBuf);

impl Way {
    pub(super) fn to(&self, path: &str) -> String {
        self.0.join(path).to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    #[test]
    fn lists_name_flags_that_exist_and_are_sorted() {
        let command = Args::command();
        for names in [OF_RUNS, OF_PROJECTS, OF_ONE_JOB] {
            assert!(names.is_sorted(), "{names:?}");
            for name in names {
                let exists = command
                    .get_arguments()
                    .any(|arg| arg.get_long() == Some(name));
                assert!(exists, "{name}");
            }
        }
        for reserved in [IDL, JOB] {
            assert!(keys(&command).iter().all(|key| key.name != reserved));
        }
    }

    /// No flag is forgotten: each is a key, or in the list of flags about runs.
    #[test]
    fn every_flag_that_the_help_shows_is_a_key_or_is_about_a_run() {
        let command = Args::command();
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
        let shown: Vec<_> = shown.filter_map(Arg::get_long).collect();
        let keys = keys(&command);
        for name in &shown {
            let is_key = keys.iter().any(|key| key.name == *name);
            assert!(is_key != is_of_runs(name), "{name}");
        }
        assert!(keys.len() > 20 && keys.len() + OF_RUNS.len() == shown.len());
    }

    #[test]
    fn types_are_those_of_the_flags() {
        let command = Args::command();
        let kind = |name: &str| {
            let keys = keys(&command);
            keys.into_iter().find(|key| key.name == name).map(Key::kind)
        };
        assert_eq!(kind("streamx"), Some(Kind::Switch));
        assert_eq!(kind("module"), Some(Kind::Text));
        assert_eq!(kind("include"), Some(Kind::List));
        assert_eq!(kind("check"), None);
        assert_eq!(kind("template-dir"), None);
    }

    #[test]
    fn paths_are_seen_from_the_file() {
        let command = Args::command();
        let way = Way("../..".into());
        let word = |name: &str, value: &str| {
            let keys = keys(&command);
            let key = keys.iter().find(|key| key.name == name);
            key.map(|key| key.word(value, &way)).unwrap_or_default()
        };
        for (name, value, expected) in [
            ("include", "idl", "--include=../../idl"),
            ("include", "/idl", "--include=/idl"),
            ("descriptor-set", "a.bin", "--descriptor-set=../../a.bin"),
            ("out", ".", "--out=../../."),
            ("runtime", "path:rt", "--runtime=path:../../rt"),
            ("runtime", "version:1", "--runtime=version:1"),
            ("service", "a", "--service=a"),
            ("streamx", "true", "--streamx=true"),
        ] {
            assert_eq!(word(name, value), expected);
        }
    }
}
