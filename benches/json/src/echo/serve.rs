//! Our server, with JSON.

use std::io::{Read as _, stdin};

use streamgen_dynamic::client::CallError;
use streamgen_dynamic::server::{JsonBidiStreamingServer, JsonHandler, JsonService};
use streamgen_runtime::{Context, Server};

struct Echo;

impl JsonHandler for Echo {
    async fn call(&self, _: Context, request: String) -> Result<String, CallError> {
        Ok(request)
    }

    async fn bidi_streaming(
        &self,
        _: Context,
        mut stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        while let Some(request) = stream.recv().await? {
            stream.send(&request).await?;
        }
        Ok(())
    }
}

/// Prints the address, and serves until the input ends.
///
/// # Errors
/// No port is free.
pub async fn serve() -> anyhow::Result<()> {
    let service = JsonService::new(&super::service()?, Echo)?;
    let server = Server::builder().add_service(service);
    let server = server.bind("127.0.0.1:0").await?;
    println!("listening {}", server.local_addr()?);
    let ends = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = server.serve() => Ok(served?),
        _ = ends => Ok(()),
    }
}
