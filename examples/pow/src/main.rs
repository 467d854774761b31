//! Server and client in one program, on a free port: `cargo run -p pow-example`.

use pow_example::Powers;
use pow_example::stream_gen::pow::pow::PowServer;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(PowServer::new(Powers))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = pow_example::call(&address).await;
    serving.abort();
    called
}
