//! `streamgen-all.sh`: every command of a project, to run all of them again (Kitex's `kitex-all.sh`).
//!
//! The lock file knows the jobs, so the script is complete whichever run writes it. Lines that somebody
//! else has written there stay, and so do commands for another `-gen-path`.

use std::path::Path;

use crate::options::{DEFAULT_GEN_PATH, Options};
use crate::output::{FilePlan, Ownership, Tree};
use crate::plan::Plan;

use super::lock::Job;

/// The name of the script, in the folder of the project.
pub(super) const FILE_NAME: &str = "streamgen-all.sh";

const HEADER: &str = "\
#!/usr/bin/env sh
# Runs streamgen for every IDL of this project again: sh streamgen-all.sh
# A run with -record replaces the commands, and keeps all other lines.
set -e
cd \"$(dirname \"$0\")\"

";

/// How a command begins.
const COMMAND: &str = "streamgen";

/// The commands that a script is to have, and which of those that it has they replace.
pub(super) struct Commands {
    new: Vec<String>,
    replaces: Box<dyn Fn(&str) -> bool>,
}

impl Commands {
    /// Those of all jobs that write to one folder of generated code.
    pub(super) fn of_project(gen_path: &str, jobs: &[Job]) -> Self {
        // Of an adopted job, nobody knows the options.
        let known = jobs.iter().filter(|job| !job.adopted);
        let gen_path = gen_path.to_owned();
        Self {
            new: known.map(Job::command).collect(),
            replaces: Box::new(move |line| {
                let found = value(line, "-gen-path=").unwrap_or(DEFAULT_GEN_PATH);
                value(line, "-use=").is_none() && found == gen_path
            }),
        }
    }

    /// That of a project whose settings file has all jobs.
    pub(super) fn of_settings() -> Self {
        Self {
            new: vec![COMMAND.to_owned()],
            replaces: Box::new(|line| value(line, "-use=").is_none()),
        }
    }

    /// That of a run which generates no code, and so is no job: it replaces the one for the same IDL.
    fn of_program(job: &Job) -> Self {
        let end = format!(" {}", job.input());
        Self {
            new: vec![job.command()],
            replaces: Box::new(move |line| value(line, "-use=").is_some() && line.ends_with(&end)),
        }
    }
}

/// Plans the script for a run with `-use`.
pub(crate) fn of_program(options: &Options, plan: &Plan<'_>, tree: Tree<'_>, files: &mut FilePlan) {
    let found = tree.text(Path::new(FILE_NAME));
    let commands = Commands::of_program(&Job::of(options, plan));
    self::plan(found.as_deref(), &commands, files);
}

/// Plans the script, where there is `found` already.
pub(super) fn plan(found: Option<&str>, commands: &Commands, files: &mut FilePlan) {
    let text = script(found.unwrap_or(HEADER), commands);
    files.insert(FILE_NAME, Ownership::Generated, text);
}

/// The new commands, in the place of the first one that they replace, or at the end.
fn script(found: &str, commands: &Commands) -> String {
    let is_old = |line: &&str| {
        let is_command = line.split(' ').next() == Some(COMMAND);
        is_command && (commands.replaces)(line)
    };
    let first = found.lines().position(|line| is_old(&line));
    let lines: Vec<_> = found.lines().collect();
    let (before, after) = lines.split_at(first.unwrap_or(lines.len()));
    let kept = after.iter().filter(|line| !is_old(line)).copied();
    let new = commands.new.iter().map(String::as_str);
    let lines = before.iter().copied().chain(new).chain(kept);
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The value of a flag in a command.
fn value<'a>(command: &'a str, flag: &str) -> Option<&'a str> {
    let mut words = command.split(' ');
    words.find_map(|word| word.trim_matches('\'').strip_prefix(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(idl: &str, options: &[&str]) -> Job {
        Job {
            idl: idl.to_owned(),
            options: options.iter().map(|one| (*one).to_owned()).collect(),
            ..Job::default()
        }
    }

    #[test]
    fn commands_are_replaced_and_other_lines_stay() {
        let jobs = [
            job("a.thrift", &["-service=my shop", "-streamx"]),
            job("b.thrift", &[]),
        ];
        let commands = Commands::of_project(DEFAULT_GEN_PATH, &jobs);
        let first = script(HEADER, &commands);
        let of_jobs = "streamgen '-service=my shop' -streamx a.thrift\nstreamgen b.thrift\n";
        assert_eq!(first, format!("{HEADER}{of_jobs}"));
        assert_eq!(script(&first, &commands), first);

        let other = "streamgen -gen-path=other c.thrift\n";
        let program = "streamgen -service=s -use=shop_gen a.thrift\n";
        let edited =
            format!("#!/bin/bash\necho begin\nstreamgen gone.thrift\n{other}{program}echo end\n");
        assert_eq!(
            script(&edited, &commands),
            format!("#!/bin/bash\necho begin\n{of_jobs}{other}{program}echo end\n")
        );
        let of_file = edited
            .replace("streamgen gone.thrift\n", "streamgen\n")
            .replace(other, "");
        assert_eq!(script(&edited, &Commands::of_settings()), of_file);
        assert_eq!(script(&of_file, &Commands::of_settings()), of_file);
        let again = job("a.thrift", &["-service=t", "-use=shop_gen"]);
        assert_eq!(
            script(&edited, &Commands::of_program(&again)),
            edited.replace("-service=s", "-service=t")
        );
        // Another IDL, whose path ends in the same word.
        let blanks = "streamgen -service=s -use=shop_gen 'my a.thrift'\n";
        let other = job("your a.thrift", &["-service=t", "-use=shop_gen"]);
        assert_eq!(
            script(blanks, &Commands::of_program(&other)),
            format!("{blanks}{}\n", other.command())
        );
    }
}
