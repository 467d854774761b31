use documents::guide::*;
use streamgen_runtime::middleware::{SendNext, Sending};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Echo).send_middleware(greet).build()?;
    let mut stream = client.echo().await?;
    stream.send(request("Ann")).await?;
    assert_eq!(stream.recv().await?, Some(response("hello, Ann")));
    Ok(())
}
