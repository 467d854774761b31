use documents::guide::*;

struct Demo;

impl TestService for Demo {
    async fn echo_ping_pong(&self, cx: Context, _req: Request) -> Result<Response> {
        let tenant = cx.metainfo("TENANT").unwrap_or("nobody");
        let trace = cx.persistent_metainfo("TRACE").unwrap_or_default();
        Ok(response(&format!("{tenant} {trace}")))
    }

    documents::other_methods!(echo echo_client echo_server);
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = client_of(Demo).build()?;
// the block
    Ok(())
}
