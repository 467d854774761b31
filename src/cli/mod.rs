//! The command line: argument parsing, terminal output and exit statuses, and no decision about
//! generated code.

mod args;
mod argv;
#[cfg(feature = "call")]
mod call;
mod check;
mod choice;
mod console;
mod diff;
mod explain;
mod fault;
mod init;
mod kitex_args;
mod kitex_flags;
mod kitex_thrift;
mod message;
mod mode;
mod output_args;
mod pages;
mod progress;
mod refusal;
mod run;
mod settings;
mod settings_file;
mod stdin;
mod switch;

use std::process::ExitCode;

use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};
use streamgen_idl::{Diagnostic, Severity};

use crate::error::Error;

use args::{Args, MessageFormat};
use console::{Console, Notice};
use settings::Settings;

const NO_IDL_TO_EMIT: &str = "-emit takes one IDL, as in: streamgen -emit ast echo.thrift";

/// The IDL or a file is at fault (`kitex-tool.md` 4).
const FAILURE: u8 = 1;
/// The command line is at fault.
const USAGE: u8 = 2;

/// Runs the command with the words after the program's name. Prints what it has to say, and returns
/// the exit status: 0 success, 1 the IDL or a file is at fault, 2 the command line is at fault, 101
/// streamgen itself is at fault.
pub fn run(words: impl IntoIterator<Item = String>) -> ExitCode {
    let words: Vec<_> = words.into_iter().collect();
    #[cfg(feature = "call")]
    if let Some(code) = call::run(&words) {
        return code;
    }
    let command = command();
    #[cfg(not(feature = "call"))]
    if let Some(name @ ("call" | "list" | "describe" | "template" | "mock")) =
        words.first().map(String::as_str)
    {
        let text =
            format!("this streamgen was built without `{name}`: build it with --features call");
        Console::new(MessageFormat::Human).notice(Notice::Error, &text);
        return ExitCode::from(USAGE);
    }
    let words = argv::to_gnu(&command, words);
    // Whoever asked for JSON gets it for mistakes in the command line too.
    let console = Console::new(MessageFormat::of_words(&words));
    fault::guarded(console, || {
        let all = std::iter::once("streamgen").chain(words.iter().map(String::as_str));
        let matches = command.try_get_matches_from(all);
        let args = matches.and_then(|matches| Ok((Args::from_arg_matches(&matches)?, matches)));
        match args {
            Ok((args, matches)) => run_args(console, args, &matches, &words),
            Err(error) => refuse(console, &error),
        }
    })
}

/// The definition of the flags and of the subcommand.
fn command() -> Command {
    let command = Args::command();
    let init = init::definition(&command);
    command.subcommand(init)
}

fn run_args(console: Console, args: Args, matches: &ArgMatches, words: &[String]) -> ExitCode {
    let init = matches.subcommand_matches(init::NAME);
    let is_quiet = init.is_some_and(|init| init.get_one("quiet") == Some(&true));
    let console = console.quieted(args.quiet || is_quiet);
    let outcome = match (answer(&args, init), init) {
        (Some(answer), _) => answer.map(|()| true).map_err(usage),
        (None, Some(init)) => init::refuse_flags_in_front(matches, &Args::command())
            .map_err(usage)
            .and_then(|()| init::run(console, init, &Args::command())),
        (None, None) => {
            understand(args, matches).and_then(|settings| run::execute(console, &settings, words))
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILURE),
        Err(errors) => {
            report(console, &errors);
            console.finished(false, None, &[]);
            let is_usage = errors.iter().any(Error::is_usage);
            ExitCode::from(if is_usage { USAGE } else { FAILURE })
        }
    }
}

/// What the command line asks for, or without an IDL `streamgen.toml`.
fn understand(args: Args, matches: &ArgMatches) -> Result<Settings, Vec<Error>> {
    let file = match args.idl.as_slice() {
        [] if args.emit.is_some() => return Err(usage(NO_IDL_TO_EMIT.to_owned())),
        [] => settings_file::find(),
        _ => None,
    };
    match file {
        Some(file) => settings_file::settings(file, &args, matches, &Args::command()),
        None => settings::settings(args, stdin::read).map_err(usage),
    }
}

/// What a flag asks for that has nothing to do with an IDL.
fn answer(args: &Args, init: Option<&ArgMatches>) -> Option<Result<(), String>> {
    if let Some(code) = &args.explain {
        return Some(explain::explain(code));
    }
    if let Some(shell) = args.completions {
        let all = command();
        #[cfg(feature = "call")]
        let all = all.subcommands(call::definitions());
        pages::completions(all, shell);
        return Some(Ok(()));
    }
    if args.toml_schema {
        pages::toml_schema(&Args::command());
        return Some(Ok(()));
    }
    if init.is_some_and(|init| init.get_flag("man_page")) {
        return Some(pages::man_page(init::definition(&Args::command())));
    }
    args.man_page.then(|| pages::man_page(command()))
}

fn usage(message: String) -> Vec<Error> {
    vec![Error::usage(message)]
}

/// Prints clap's answer: the help that was asked for, or what is wrong with the command line.
fn refuse(console: Console, error: &clap::Error) -> ExitCode {
    if error.use_stderr() && console.is_for_programs() {
        console.notice(Notice::Error, &refusal::sentence(error));
        console.finished(false, None, &[]);
    } else {
        // A closed pipe is no reason to fail: somebody has read enough of the help.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
}

/// Prints what is wrong, of every IDL.
fn report(console: Console, errors: &[Error]) {
    for error in errors {
        match error.idl_errors() {
            Some(found) => {
                for one in &found.diagnostics {
                    console.diagnostic(one, &found.sources);
                }
            }
            None => console.notice(Notice::Error, &error.to_string()),
        }
    }
    let found = errors.iter().filter_map(Error::idl_errors);
    let found = found.flat_map(|found| &found.diagnostics);
    let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
    match found.filter(is_error).count() {
        0 => {}
        1 => console.failed("1 error, nothing was written"),
        n => console.failed(&format!("{n} errors, nothing was written")),
    }
}
