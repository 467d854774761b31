//! The command line: argument parsing, terminal output and exit statuses, and no decision about
//! generated code.

mod args;
mod argv;
mod choice;
mod console;
mod excerpt;
mod explain;
mod fault;
mod kitex_flags;
mod message;
mod render;
mod settings;

use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use streamgen_idl::{Diagnostic, Severity};

use crate::error::{Error, IdlErrors};
use crate::generate::{Generated, generate};
use crate::note::{Note, NoteSeverity};
use crate::options::shell_word;
use crate::output::{Action, Change};

use args::{Args, MessageFormat};
use console::{Console, Notice};
use settings::Settings;

/// The IDL or a file is at fault (`kitex-tool.md` 4).
const FAILURE: u8 = 1;
/// The command line is at fault.
const USAGE: u8 = 2;

/// Runs the command with the words after the program's name. Prints what it has to say, and returns
/// the exit status: 0 success, 1 the IDL or a file is at fault, 2 the command line is at fault, 101
/// streamgen itself is at fault.
pub fn run(words: impl IntoIterator<Item = String>) -> ExitCode {
    let command = Args::command();
    let words = argv::to_gnu(&command, words);
    // Whoever asked for JSON gets it for mistakes in the command line too.
    let console = Console::new(MessageFormat::of_words(&words));
    fault::guarded(console, || {
        let words = std::iter::once("streamgen".to_owned()).chain(words);
        let matches = command.try_get_matches_from(words);
        match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
            Ok(args) => run_args(console, args),
            Err(error) => refuse(console, &error),
        }
    })
}

fn run_args(console: Console, args: Args) -> ExitCode {
    let outcome = match &args.explain {
        Some(code) => explain::explain(code).map(|()| true).map_err(Error::usage),
        None => settings::settings(args)
            .map_err(Error::usage)
            .and_then(|settings| execute(console, &settings)),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILURE),
        Err(error) => {
            report(console, &error);
            console.finished(false, None, &[]);
            ExitCode::from(if error.is_usage() { USAGE } else { FAILURE })
        }
    }
}

/// Prints clap's answer: the help that was asked for, or what is wrong with the command line.
fn refuse(console: Console, error: &clap::Error) -> ExitCode {
    if error.use_stderr() && console.is_for_programs() {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        console.notice(Notice::Error, first.trim_start_matches("error: "));
        console.finished(false, None, &[]);
    } else {
        // A closed pipe is no reason to fail: somebody has read enough of the help.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
}

/// Whether the run has done all that it was asked for.
fn execute(console: Console, settings: &Settings) -> Result<bool, Error> {
    for warning in &settings.warnings {
        console.notice(Notice::Warning, warning);
    }
    let generated = generate(&settings.options)?;
    for warning in &generated.warnings {
        console.diagnostic(warning, &generated.sources);
    }
    let changes = generated.files.write(&settings.options.out_dir)?;
    summarize(console, settings, &generated, &changes);
    let is_error = |note: &Note| note.severity == NoteSeverity::Error;
    let success = !generated.notes.iter().any(is_error);
    console.finished(success, Some(&settings.options.out_dir), &changes);
    Ok(success)
}

fn report(console: Console, error: &Error) {
    match error.idl_errors() {
        Some(errors) => report_idl(console, errors),
        None => console.notice(Notice::Error, &error.to_string()),
    }
}

fn report_idl(console: Console, errors: &IdlErrors) {
    for one in &errors.diagnostics {
        console.diagnostic(one, &errors.sources);
    }
    let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
    let count = match errors.diagnostics.iter().filter(is_error).count() {
        1 => "1 error".to_owned(),
        n => format!("{n} errors"),
    };
    console.failed(&format!("{count}, nothing was written"));
}

/// What was done, in words.
fn summarize(console: Console, settings: &Settings, generated: &Generated, changes: &[Change]) {
    if settings.verbose {
        for change in changes {
            let (verb, path) = (message::verb(change.action), change.path.display());
            console.progress(&format!("{verb:>9} {path}"));
        }
    }
    for note in &generated.notes {
        console.notice(note.severity.into(), &note.text);
    }
    console.progress(&totals(&settings.options.out_dir, changes));
    let new_package = changes
        .iter()
        .any(|c| c.action == Action::Create && c.path.as_os_str() == "Cargo.toml");
    if new_package {
        console.progress(&next_step(settings, generated));
    }
}

/// How many files were written and removed.
fn totals(out_dir: &Path, changes: &[Change]) -> String {
    let files = |removed: bool| {
        let touched = changes.iter().map(|change| change.action);
        let count = touched
            .filter(|action| action.touches_disk() && (*action == Action::Remove) == removed)
            .count();
        match count {
            1 => "1 file".to_owned(),
            n => format!("{n} files"),
        }
    };
    let (written, removed, out_dir) = (files(false), files(true), out_dir.display());
    match (written.as_str(), removed.as_str()) {
        ("0 files", "0 files") => format!("{out_dir} is up to date"),
        (_, "0 files") => format!("wrote {written} to {out_dir}"),
        _ => format!("wrote {written} to {out_dir}, removed {removed}"),
    }
}

fn next_step(settings: &Settings, generated: &Generated) -> String {
    let out_dir = &settings.options.out_dir;
    let command = match settings.options.service {
        Some(_) => "cargo run",
        None => "cargo build",
    };
    let command = match out_dir.as_os_str() == "." {
        true => command.to_owned(),
        false => format!("cd {} && {command}", shell_word(&out_dir.to_string_lossy())),
    };
    match &generated.first_edit {
        Some(manifest) => format!("next: edit {} as noted, then {command}", manifest.display()),
        None => format!("next: {command}"),
    }
}
