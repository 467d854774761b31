//! Server and client in one program, on a free port: `cargo run -p sqrt-example`.

use sqrt_example::Roots;
use sqrt_example::stream_gen::sqrt::sqrt::SqrtServer;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(SqrtServer::new(Roots))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = sqrt_example::call(&address).await;
    serving.abort();
    called
}
