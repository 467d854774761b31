//! Runs one case of gRPC's interop suite. Exit status 0: it passed; 1: it failed; 2: usage.

use std::process::ExitCode;

use interop_grpc::cases;
use interop_grpc::client::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("grpc-interop-client: {usage}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => {
            eprintln!("{} done", options.case);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{} failed: {error:#}", options.case);
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> anyhow::Result<()> {
    cases::run(&options.case, &options.clients().await?).await
}
