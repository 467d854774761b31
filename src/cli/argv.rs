//! Kitex's flag spelling to GNU spelling, before clap sees the words.
//!
//! Kitex uses Go's `flag` package (`kitex-tool.md` 1.1): one dash or two are the same, a value
//! follows as the next word or after `=`, short flags are never bundled, and the word after a flag
//! that wants a value is its value whatever it looks like. clap agrees with none of that for one
//! dash, so each such word is rewritten: `-module x` to `--module=x`, `-streamx` to `--streamx`.
//! Flags may also follow the IDL, which Go does not allow.

use clap::{ArgAction, ArgMatches, Command};

/// Rewrites the words after the program's name.
pub(super) fn to_gnu(command: &Command, words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words = words.into_iter();
    let mut out = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            out.push(word);
            break;
        }
        let Some(flag) = Flag::parse(&word) else {
            out.push(word);
            continue;
        };
        match flag.value {
            None if wants_value(command, flag.name) => match words.next() {
                Some(value) => out.push(format!("{}={value}", flag.gnu())),
                None => out.push(flag.gnu()),
            },
            None => out.push(flag.gnu()),
            Some(value) => out.push(format!("{}={value}", flag.gnu())),
        }
    }
    out.extend(words);
    out
}

/// Parses the words after the program's name, in Kitex's spelling or the GNU one.
///
/// # Errors
///
/// When clap does not take them.
pub(super) fn matches(command: &Command, words: Vec<String>) -> Result<ArgMatches, clap::Error> {
    let words = to_gnu(command, words);
    let all = std::iter::once("streamgen".to_owned()).chain(words);
    command.clone().try_get_matches_from(all)
}

struct Flag<'a> {
    name: &'a str,
    value: Option<&'a str>,
}

impl<'a> Flag<'a> {
    fn parse(word: &'a str) -> Option<Self> {
        let body = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
        if body.is_empty() {
            return None; // `-` alone is a positional word, as in Go
        }
        // `-Idir` is what C compilers taught people to type; Go refuses it, clap reads it.
        if let Some(dir) = word.strip_prefix("-I")
            && !dir.is_empty()
        {
            return Some(Self {
                name: "I",
                value: Some(dir.strip_prefix('=').unwrap_or(dir)),
            });
        }
        let (name, value) = match body.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (body, None),
        };
        Some(Self { name, value })
    }

    fn gnu(&self) -> String {
        let dashes = if self.name.chars().count() == 1 {
            "-"
        } else {
            "--"
        };
        format!("{dashes}{}", self.name)
    }
}

/// Whether a flag takes the next word. Boolean flags do not: theirs is only ever `-flag=false`.
fn wants_value(command: &Command, name: &str) -> bool {
    command
        .get_arguments()
        .filter(|arg| {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().unwrap_or_default().contains(&name)
                || arg
                    .get_short()
                    .is_some_and(|short| name == short.to_string())
        })
        .any(|arg| {
            matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
                && !arg.is_require_equals_set()
        })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    fn gnu(line: &str) -> String {
        let words = line.split(' ').map(str::to_owned);
        to_gnu(&Args::command(), words).join(" ")
    }

    #[test]
    fn every_spelling_of_kitex() {
        let table = [
            // One dash or two, value behind `=` or as the next word.
            ("-module x a.thrift", "--module=x a.thrift"),
            ("-module=x a.thrift", "--module=x a.thrift"),
            ("--module x a.thrift", "--module=x a.thrift"),
            ("--module=x a.thrift", "--module=x a.thrift"),
            // Booleans never take the next word.
            ("-streamx a.thrift", "--streamx a.thrift"),
            ("-streamx=false a.thrift", "--streamx=false a.thrift"),
            ("-streamx false", "--streamx false"),
            ("-v a.thrift", "-v a.thrift"),
            ("-verbose a.thrift", "--verbose a.thrift"),
            // A value is a value whatever it looks like.
            ("-module -x a.thrift", "--module=-x a.thrift"),
            ("-service -- a.thrift", "--service=-- a.thrift"),
            ("-module a=b", "--module=a=b"),
            // Include folders, Kitex's way and the C compilers' way.
            ("-I dir a.thrift", "-I=dir a.thrift"),
            ("-Idir a.thrift", "-I=dir a.thrift"),
            ("-I=dir a.thrift", "-I=dir a.thrift"),
            ("--include dir", "--include=dir"),
            // Flags after the IDL, and words after `--`.
            ("a.thrift -streamx", "a.thrift --streamx"),
            ("-streamx -- -module x", "--streamx -- -module x"),
            ("- -streamx", "- --streamx"),
            // A missing value and an unknown flag are clap's to report.
            ("-module", "--module"),
            ("-nonsense", "--nonsense"),
            ("-vI", "--vI"),
            ("-h", "-h"),
            ("-help", "--help"),
        ];
        for (typed, expected) in table {
            assert_eq!(gnu(typed), expected, "{typed}");
        }
    }

    #[test]
    fn the_definition_of_the_command_is_sound() {
        Args::command().debug_assert();
    }
}
