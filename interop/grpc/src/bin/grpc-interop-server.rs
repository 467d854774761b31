//! The server of gRPC's interop suite. With `-port 0` its first line on standard error tells the
//! port that it found.

use std::process::ExitCode;

use interop_grpc::server::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("grpc-interop-server: {usage}");
            return ExitCode::from(2);
        }
    };
    let listening = |address| eprintln!("interop server listening on {address}");
    match options.serve(listening).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("grpc-interop-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
