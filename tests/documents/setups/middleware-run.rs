use std::sync::Mutex;

use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::stream_gen::echo::{Request, Response};
use api_example::{Echo, request};
use streamgen_runtime::middleware::*;
use streamgen_runtime::{Error, Result, Server};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn println(line: String) {
    SEEN.lock().unwrap().push(line);
}

macro_rules! println {
    ($($arg:tt)*) => {
        println(format!($($arg)*))
    };
}

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder().add_service(TestServiceServer::new(Echo));
    let builder = TestServiceClient::builder("demo-server").dial(server.invoker()?);
    let client = hooked(builder).build()?;
    let mut stream = client.echo().await?;
    stream.send(request("hello")).await?;
    stream.close_send().await?;
    while stream.recv().await?.is_some() {}
    let seen = SEEN.lock().unwrap().join("\n");
    assert!(seen.contains("Echo: sent"), "{seen}");
    assert!(seen.contains("Echo: received Response"), "{seen}");
    assert!(seen.ends_with("Echo: the end, after 1 sent"), "{seen}");
    Ok(())
}
