use documents::guide::*;

struct Demo;

impl TestService for Demo {
    async fn echo_ping_pong(&self, _cx: Context, _req: Request) -> Result<Response> {
        Err(BizStatusError::new(10001, "insufficient balance").extra("wallet", "7").into())
    }

    documents::other_methods!(echo echo_client echo_server);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
// the block
    Ok(())
}
