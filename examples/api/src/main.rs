//! Server and client in one program, on a free port: `cargo run -p api-example`.

use api_example::Echo;
use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(TestServiceServer::new(Echo))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let client = TestServiceClient::builder("demo-server")
        .address(address)
        .build()?;
    let called = api_example::call_all(&client).await;
    serving.abort();
    called
}
