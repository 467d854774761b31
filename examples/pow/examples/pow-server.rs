//! The server alone: `cargo run -p pow-example --example pow-server`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use streamgen_runtime::Result;

#[tokio::main]
async fn main() -> Result<()> {
    let server = pow_example::server()?.bind("127.0.0.1:8082").await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}
