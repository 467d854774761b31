use documents::guide::*;
use streamgen_runtime::middleware::{Calling, Next};
use streamgen_runtime::Server;

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder().add_service(TestServiceServer::new(Echo));
    let demo = server.middleware(only_friends).invoker()?;
    let client = client_of(Echo).dial(demo).build()?;
    let error = client.echo_ping_pong(request("one")).await.expect_err("a stranger");
    assert_eq!(error.biz_status().map(BizStatusError::code), Some(403));
    let friend = client.echo_ping_pong(request("one")).metainfo("TENANT", "a");
    assert_eq!(friend.await?, response("one"));
    Ok(())
}
