//! A server that registers where its environment says, as a generated `main.rs` does. It serves until a
//! signal stops it.

use echo_example::stream_gen::echo::test_service::TestServiceServer;
use interop_registries::Named;
use streamgen_runtime::{Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    Server::builder()
        .add_service(TestServiceServer::new(Named("registers".to_owned())))
        .registry_from_env("users", "SERVICE_REGISTRY")?
        .stop_on_signals()
        .serve("127.0.0.1:0")
        .await
}
