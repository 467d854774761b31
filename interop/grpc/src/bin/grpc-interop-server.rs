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
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("grpc-interop-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let server = options.bind().await?;
    eprintln!("interop server listening on {}", server.local_addr()?);
    server.serve().await?;
    Ok(())
}
