//! Server and client in one program, on a free port: `cargo run -p echo-example`.

use echo_example::Echo;
use echo_example::stream_gen::echo::test_service::TestServiceServer;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(TestServiceServer::new(Echo))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = echo_example::call_all(&address).await;
    serving.abort();
    called
}
