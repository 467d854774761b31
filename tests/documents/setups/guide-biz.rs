use documents::guide::*;

struct Demo;

impl TestService for Demo {
// the block

    documents::other_methods!(echo echo_client echo_server);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
    let error = client.echo_ping_pong(request("pay")).await.expect_err("the wallet is empty");
    let status = error.biz_status().expect("it is a business status");
    assert_eq!((status.code(), status.message()), (10001, "insufficient balance"));
    Ok(())
}
