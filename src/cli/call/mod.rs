//! `streamgen call`, `list`, `describe`, `template` and `mock`: calls with JSON by an IDL, without generated code,
//! and what there is to call. Behind the feature `call`.

mod args;
mod call_args;
mod connect;
mod ending;
mod find;
mod header;
mod interactive;
mod mock;
mod print;
mod requests;
mod run;
mod show;
mod split;
mod talk;
mod tls;
mod tls_args;
mod told;
mod values;

use std::process::ExitCode;

use clap::{ArgMatches, Args as _, Command, FromArgMatches};

use super::args::MessageFormat;
use super::argv;
use super::console::{Console, Notice};
use super::fault;

use args::{ListArgs, NamedArgs};
use call_args::CallArgs;
use ending::Ending;
use mock::MockArgs;

/// A subcommand.
struct Subcommand {
    name: &'static str,
    about: &'static str,
    usage: &'static str,
    flags: fn(Command) -> Command,
    run: fn(&ArgMatches) -> Result<(), Ending>,
}

const SUBCOMMANDS: [Subcommand; 5] = [
    Subcommand {
        name: "call",
        about: "Call a method of an IDL with JSON, and print what comes back, one JSON a line",
        usage: "streamgen call -idl FILE -addr ADDRESS [flags] SERVICE/METHOD [JSON...]",
        flags: CallArgs::augment_args,
        run: |matches| run::call(&read::<CallArgs>(matches)?.with_address()),
    },
    Subcommand {
        name: "list",
        about: "List the methods of an IDL",
        usage: "streamgen list -idl FILE [flags]",
        flags: ListArgs::augment_args,
        run: |matches| show::list(&read::<ListArgs>(matches)?),
    },
    Subcommand {
        name: "describe",
        about: "Show a service, a method, a struct or a message of an IDL, and what it is made of",
        usage: "streamgen describe -idl FILE [flags] NAME",
        flags: NamedArgs::augment_args,
        run: |matches| show::describe(&read::<NamedArgs>(matches)?),
    },
    Subcommand {
        name: "template",
        about: "Print an example request of a method, to be edited and sent",
        usage: "streamgen template -idl FILE [flags] SERVICE/METHOD",
        flags: NamedArgs::augment_args,
        run: |matches| show::template(&read::<NamedArgs>(matches)?),
    },
    Subcommand {
        name: "mock",
        about: "Serve the services of an IDL on one port, over every wire, with answers by rules or generated ones",
        usage: "streamgen mock -idl FILE [flags]",
        flags: MockArgs::augment_args,
        run: |matches| mock::run(&read::<MockArgs>(matches)?),
    },
];

/// Behind the help of `call`: what a script wants to know.
const AFTER_HELP: &str = "Exit status: 0 success, 1 the IDL is at fault, 2 the command line or a request is at fault, \
                          3 the server could not be reached or the call broke off, 4 the server answered with an \
                          error or an exception, 5 it answered with a business error, 130 interrupted";

/// Runs the subcommand that the first word names, if it names one.
pub(super) fn run(words: &[String]) -> Option<ExitCode> {
    let (name, words) = words.split_first()?;
    let chosen = SUBCOMMANDS.iter().find(|one| one.name == name)?;
    let console = Console::new(MessageFormat::Human);
    Some(fault::guarded(console, || {
        match argv::matches(&chosen.definition(), words.to_vec()) {
            Err(error) => super::refuse(console, &error),
            Ok(matches) => end(console, (chosen.run)(&matches)),
        }
    }))
}

/// The definitions of all flags, for whoever completes them.
pub(super) fn definitions() -> impl Iterator<Item = Command> {
    SUBCOMMANDS.iter().map(Subcommand::definition)
}

impl Subcommand {
    fn definition(&self) -> Command {
        let command = Command::new(self.name).bin_name(format!("streamgen {}", self.name));
        // Behind the flags, whose types bring texts of their own.
        let command = (self.flags)(command)
            .about(self.about)
            .override_usage(self.usage)
            .args_override_self(true);
        match self.name {
            "call" => command.after_help(AFTER_HELP),
            _ => command,
        }
    }
}

fn read<A: FromArgMatches>(matches: &ArgMatches) -> Result<A, Ending> {
    A::from_arg_matches(matches).map_err(|error| Ending::usage(error.to_string()))
}

fn end(console: Console, outcome: Result<(), Ending>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(ending) => {
            if let Some(text) = &ending.text {
                console.notice(Notice::Error, text);
            }
            ExitCode::from(ending.status)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SUBCOMMANDS;

    #[test]
    fn the_definitions_are_sound() {
        for subcommand in &SUBCOMMANDS {
            subcommand.definition().debug_assert();
        }
    }
}
