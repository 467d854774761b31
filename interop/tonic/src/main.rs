//! gRPC's interop suite on tonic.
//!
//! `interop-tonic client` runs one case against any server of the suite, `interop-tonic server` is
//! one. Flags are those of grpc-go's programs. The client's exit status is 0 if the case passed, 1
//! if it failed and 2 for a command line that cannot be used. `interop-tonic health-and-reflection
//! HOST:PORT` is one more test of a server.

mod cases;
mod client;
mod echo;
#[path = "../../grpc/src/flags.rs"]
mod flags;
mod health_and_reflection;
mod messages;
mod server;
mod service;
mod watch;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let outcome = match command.as_deref() {
        Some("client") => match client::Options::parse(args) {
            Ok(options) => client::run(&options).await,
            Err(usage) => return refuse(&usage),
        },
        Some("server") => match server::Options::parse(args) {
            Ok(options) => server::run(&options).await,
            Err(usage) => return refuse(&usage),
        },
        Some("health-and-reflection") => match args.next() {
            Some(address) => health_and_reflection::run(&address).await,
            None => return refuse("want the address of a server"),
        },
        _ => return refuse("want client, server or health-and-reflection"),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("interop-tonic: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(usage: &str) -> ExitCode {
    eprintln!("interop-tonic: {usage}");
    ExitCode::from(2)
}
