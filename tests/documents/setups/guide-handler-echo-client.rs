use documents::guide::*;

struct Demo;

impl TestService for Demo {
// the block

    documents::other_methods!(echo echo_server echo_ping_pong);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
    let mut stream = client.echo_client().await?;
    stream.send(request("one")).await?;
    stream.send(request("two")).await?;
    assert_eq!(stream.close_and_recv().await?, response("one two"));
    Ok(())
}
