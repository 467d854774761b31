use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request};
use streamgen_runtime::middleware::{Calling, Next, Receiving, RecvNext};
use streamgen_runtime::{Result, Server};

// the block

static KEPT: OnceLock<Counted> = OnceLock::new();

async fn keep(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let counted = calling.call().extensions().get::<Counted>().cloned();
    KEPT.get_or_init(|| counted.expect("it was put in outside"));
    next.run(calling).await
}

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Server::builder().add_service(TestServiceServer::new(Echo)).invoker()?;
    let client = TestServiceClient::builder("demo-server")
        .stream_middleware(count_in)
        .stream_middleware(keep)
        .recv_middleware(count)
        .dial(demo)
        .build()?;
    let mut stream = client.echo_server(request("one two")).await?;
    while stream.recv().await?.is_some() {}
    let Counted(received) = KEPT.get().expect("it was put in");
    assert_eq!(received.load(Ordering::Relaxed), 3);
    Ok(())
}
