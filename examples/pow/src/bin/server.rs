//! The server alone: `cargo run -p pow-example --bin pow-server`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use pow_example::Powers;
use pow_example::stream_gen::pow::pow::PowServer;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(PowServer::new(Powers))
        .bind("127.0.0.1:8082")
        .await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}
