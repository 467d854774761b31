//! The server alone: `cargo run -p sum-example --example sum-server`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use streamgen_runtime::{Result, Server};
use sum_example::Adder;
use sum_example::stream_gen::sum::sum::SumServer;

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(SumServer::new(Adder))
        .bind("127.0.0.1:8081")
        .await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}
