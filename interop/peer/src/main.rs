//! The Rust side of the interop contract: a server that behaves by directive, and a client that runs
//! named scenarios and judges the answers. What each scenario does and must show is in
//! `interop/SCENARIOS.md`; `interop/kitex` is the same program on Kitex.

mod call;
mod client;
mod directives;
mod error_table;
mod errors;
mod flags;
mod handlers;
mod message;
mod options;
mod outcome;
mod output;
mod pingpong_handlers;
mod protobuf_gen;
mod scenarios;
mod server;
mod services;
mod session;
mod stream_gen;
mod stream_handlers;
mod wire;

use std::process::ExitCode;

use options::{ClientOptions, Refusal, ServerOptions, USAGE};

/// Exit status of the program; 0 is success.
const FAILED: u8 = 1;
const UNUSABLE: u8 = 2;
const UNSUPPORTED: u8 = 3;

fn main() -> ExitCode {
    // A panic that a scenario orders is part of the contract, not a report for people.
    std::panic::set_hook(Box::new(|_| {}));
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(Refusal::Unsupported(text)) => {
            complain(&text);
            ExitCode::from(UNSUPPORTED)
        }
        Err(Refusal::Usage(text)) => {
            complain(&format!("{text}\n{USAGE}"));
            ExitCode::from(UNUSABLE)
        }
    }
}

fn run(args: &[String]) -> Result<bool, Refusal> {
    let Some((command, args)) = args.split_first() else {
        return Err("missing command".to_owned().into());
    };
    match command.as_str() {
        "server" => {
            let options = ServerOptions::parse(args)?;
            Ok(block_on(server::serve(options))
                .map_err(|text| complain(&text))
                .is_ok())
        }
        "client" => Ok(block_on(client::run(ClientOptions::parse(args)?))),
        "list" => {
            scenarios::list();
            Ok(true)
        }
        other => Err(format!("unknown command {other:?}").into()),
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            complain(&format!("no runtime: {error}"));
            std::process::exit(i32::from(FAILED));
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "standard output carries the events of the contract"
)]
fn complain(text: &str) {
    eprintln!("peer: {text}");
}
