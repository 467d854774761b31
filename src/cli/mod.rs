//! The command line: argument parsing, terminal output and exit statuses, and no decision about
//! generated code.

mod args;
mod argv;
mod check;
mod choice;
mod console;
mod diff;
mod excerpt;
mod explain;
mod fault;
mod kitex_flags;
mod message;
mod render;
mod run;
mod settings;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use streamgen_idl::{Diagnostic, Severity};

use crate::error::{Error, IdlErrors};

use args::{Args, MessageFormat};
use console::{Console, Notice};

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
        let all = std::iter::once("streamgen").chain(words.iter().map(String::as_str));
        let matches = command.try_get_matches_from(all);
        match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
            Ok(args) => run_args(console, args, &words),
            Err(error) => refuse(console, &error),
        }
    })
}

fn run_args(console: Console, args: Args, words: &[String]) -> ExitCode {
    let console = console.quieted(args.quiet);
    let outcome = match &args.explain {
        Some(code) => explain::explain(code).map(|()| true).map_err(Error::usage),
        None => settings::settings(args)
            .map_err(Error::usage)
            .and_then(|settings| run::execute(console, &settings, words)),
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
