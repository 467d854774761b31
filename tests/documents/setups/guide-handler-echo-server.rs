use documents::guide::*;

struct Demo;

impl TestService for Demo {
// the block

    documents::other_methods!(echo echo_client echo_ping_pong);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
    let mut stream = client.echo_server(request("one two")).await?;
    assert_eq!(stream.recv().await?, Some(response("one")));
    assert_eq!(stream.recv().await?, Some(response("two")));
    assert_eq!(stream.recv().await?, None);
    Ok(())
}
