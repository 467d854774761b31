//! The command line: argument parsing, terminal output and exit statuses, and no decision about
//! generated code.

mod args;
mod argv;
mod kitex_flags;
mod render;
mod settings;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use streamgen_idl::{Diagnostic, Severity};

use crate::error::Error;
use crate::generate::{Generated, generate};
use crate::output::{Action, Change};

use args::Args;
use settings::Settings;

/// The IDL or a file is at fault (`kitex-tool.md` 4).
const FAILURE: u8 = 1;
/// The command line is at fault.
const USAGE: u8 = 2;

/// Runs the command with the words after the program's name. Prints what it has to say, and returns
/// the exit status: 0 success, 1 the IDL or a file is at fault, 2 the command line is at fault.
pub fn run(words: impl IntoIterator<Item = String>) -> ExitCode {
    let command = Args::command();
    let words = argv::to_gnu(&command, words);
    let matches =
        command.try_get_matches_from(std::iter::once("streamgen".to_owned()).chain(words));
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            // A closed pipe is no reason to fail: somebody has read enough of the help.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    match settings::settings(args)
        .map_err(Error::usage)
        .and_then(|settings| execute(&settings))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(if error.is_usage() { USAGE } else { FAILURE })
        }
    }
}

fn execute(settings: &Settings) -> Result<(), Error> {
    for warning in &settings.warnings {
        say(&render::title(render::Title::Warning, warning));
    }
    let generated = generate(&settings.options)?;
    for warning in &generated.warnings {
        say(&render::diagnostic(warning, &generated.sources));
    }
    let changes = generated.files.write(&settings.options.out_dir)?;
    summarize(settings, &generated, &changes);
    Ok(())
}

fn report(error: &Error) {
    match error.idl_errors() {
        Some(errors) => {
            for one in &errors.diagnostics {
                say(&render::diagnostic(one, &errors.sources));
            }
            let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
            let count = match errors.diagnostics.iter().filter(is_error).count() {
                1 => "1 error".to_owned(),
                n => format!("{n} errors"),
            };
            say(&render::title(
                render::Title::Error,
                &format!("{count}, nothing was written"),
            ));
        }
        None => say(&render::title(render::Title::Error, &error.to_string())),
    }
}

/// What was done, on stderr: stdout stays free for output that a program reads.
fn summarize(settings: &Settings, generated: &Generated, changes: &[Change]) {
    if settings.verbose {
        for change in changes {
            say(&format!(
                "{:>9} {}",
                verb(change.action),
                change.path.display()
            ));
        }
    }
    for note in &generated.notes {
        say(&render::title(render::Title::Note, note));
    }
    let touched = |change: &&Change| matches!(change.action, Action::Create | Action::Update);
    let written = changes.iter().filter(touched).count();
    let out_dir = &settings.options.out_dir;
    say(&match written {
        0 => format!("{} is up to date", out_dir.display()),
        1 => format!("wrote 1 file to {}", out_dir.display()),
        n => format!("wrote {n} files to {}", out_dir.display()),
    });
    let new_package = changes
        .iter()
        .any(|c| c.action == Action::Create && c.path.as_os_str() == "Cargo.toml");
    if new_package {
        let command = if settings.options.service.is_some() {
            "cargo run"
        } else {
            "cargo build"
        };
        let cd = match out_dir.as_os_str() == "." {
            true => String::new(),
            false => format!("cd {} && ", shell_word(&out_dir.to_string_lossy())),
        };
        say(&format!("next: {cd}{command}"));
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Unchanged => "unchanged",
        Action::Keep => "keep",
    }
}

/// A word that can be pasted into a shell.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// One message on stderr. A stderr that is gone cannot be complained to.
fn say(text: &str) {
    let _ = writeln!(anstream::AutoStream::auto(io::stderr()), "{text}");
}
