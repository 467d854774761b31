//! The server alone: `cargo run -p echo-example --example echo-server -- -addr 127.0.0.1:8888`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use echo_example::Echo;
use echo_example::stream_gen::echo::test_service::TestServiceServer;
use streamgen_runtime::{Error, Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let address =
        echo_example::address(std::env::args().skip(1)).map_err(Error::invalid_argument)?;
    let server = Server::builder()
        .add_service(TestServiceServer::new(Echo))
        .bind(address)
        .await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}
