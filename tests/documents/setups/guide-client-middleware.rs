use documents::guide::*;
use streamgen_runtime::middleware::{Calling, Next};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Echo).middleware(log_call).build()?;
    let mut stream = client.echo().await?;
    stream.send(request("one")).await?;
    assert_eq!(stream.recv().await?, Some(response("one")));
    assert_eq!(client.echo_ping_pong(request("one")).await?, response("one"));
    Ok(())
}
