//! Attacks a server and a client of ours, over loopback, and measures what each attack costs them.
//!
//! Each attack of the table has a name and bounds: memory of the attacked process, its CPU and its
//! descriptors once the attack is over, and the latency of a client that has nothing to do with it.

mod attack;
mod attacks;
mod bystander;
mod children;
mod options;
mod process;
mod protobuf_gen;
mod raw;
mod report;
mod run;
mod stage;
mod stream_gen;

use std::process::ExitCode;

use options::{Command, USAGE};

/// Exit status of the program; 0 is success.
const OVER: u8 = 1;
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match options::parse(&args) {
        Ok(Command::List) => {
            report::list();
            Ok(true)
        }
        Ok(Command::Attack { attacks, scale }) => run::all(&attacks, scale),
        Ok(Command::Serve { pace }) => children::server::run(pace).map(|()| true),
        Ok(Command::Suffer { victim }) => children::client::run(&victim).map(|()| true),
        Err(text) => {
            eprintln!("hostile: {text}\n{USAGE}");
            return ExitCode::from(UNUSABLE);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(OVER),
        Err(error) => {
            eprintln!("hostile: {error}");
            ExitCode::from(OVER)
        }
    }
}
