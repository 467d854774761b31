use documents::guide::*;
use streamgen_runtime::middleware::{Receiving, RecvNext};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Echo).recv_middleware(log_received).build()?;
    let mut stream = client.echo_server(request("one two")).await?;
    let mut received = 0;
    while stream.recv().await?.is_some() {
        received += 1;
    }
    assert_eq!(received, 2);
    Ok(())
}
