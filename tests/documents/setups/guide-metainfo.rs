use documents::guide::*;

struct Demo;

impl TestService for Demo {
// the block

    documents::other_methods!(echo echo_client echo_server);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
    let call = client.echo_ping_pong(request("who?")).metainfo("TENANT", "a");
    let res = call.persistent_metainfo("TRACE", "7").await?;
    assert_eq!(res.message.as_deref(), Some("a 7"));
    Ok(())
}
