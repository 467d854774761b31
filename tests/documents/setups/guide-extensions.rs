use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use documents::guide::*;
use streamgen_runtime::middleware::{Calling, Next, Receiving, RecvNext};

// the block

static KEPT: OnceLock<Counted> = OnceLock::new();

async fn keep(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let counted = calling.call().extensions().get::<Counted>().cloned();
    KEPT.get_or_init(|| counted.expect("it was put in outside"));
    next.run(calling).await
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Echo)
        .stream_middleware(count_in)
        .stream_middleware(keep)
        .recv_middleware(count)
        .build()?;
    let mut stream = client.echo_server(request("one two")).await?;
    while stream.recv().await?.is_some() {}
    let Counted(received) = KEPT.get().expect("it was put in");
    assert_eq!(received.load(Ordering::Relaxed), 3);
    Ok(())
}
