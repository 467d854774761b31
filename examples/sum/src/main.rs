//! Server and client in one program, on a free port: `cargo run -p sum-example`.

use streamgen_runtime::{Result, Server};
use sum_example::Adder;
use sum_example::stream_gen::sum::sum::SumServer;

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(SumServer::new(Adder))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = sum_example::call(&address).await;
    serving.abort();
    called
}
