//! The server `snapshot-sum`. This file is yours: streamgen wrote it once, and adds new services.

mod handler;
mod stream_gen;

use handler::SumImpl;
use stream_gen::sum::sum::SumServer;

/// Where the server listens unless the first argument says otherwise: Kitex's own default.
const DEFAULT_ADDRESS: &str = "0.0.0.0:8888";

#[tokio::main]
async fn main() -> streamgen_runtime::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or(DEFAULT_ADDRESS);
    println!("snapshot-sum is listening on {address}");
    streamgen_runtime::Server::builder()
        .add_service(SumServer::new(SumImpl))
        .serve(address)
        .await
}
