//! The server alone: `cargo run -p sqrt-example --example sqrt-server`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use sqrt_example::Roots;
use sqrt_example::stream_gen::sqrt::sqrt::SqrtServer;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(SqrtServer::new(Roots))
        .bind("127.0.0.1:8083")
        .await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}
