// A typed handler and the generated client: the same lines for either IDL. `mod.rs` includes them once for each,
// beside the code generated for it.

use anyhow::{Result, ensure};
use stream_gen::bench::stream::{Stream, StreamServer};
use stream_gen::bench::{Burst, Message};
use streamgen_runtime::fleet::Instance;
use streamgen_runtime::{
    BidiStreamingServer, Bytes, ClientBuilder, Context, Server, ServerStreamingServer,
};

use super::BATCH;
use crate::governed;
use crate::workload::{Governed, Kind, Workload};

pub(super) use stream_gen::bench::stream::StreamClient;

/// The one address, which nobody resolves.
const ADDRESS: &str = "127.0.0.1:1";

struct Echo;

impl Stream for Echo {
    async fn echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Message, Message>,
    ) -> streamgen_runtime::Result<()> {
        while let Some(message) = stream.recv().await? {
            stream.send(message).await?;
        }
        Ok(())
    }

    async fn server_stream(
        &self,
        _cx: Context,
        _burst: Burst,
        _stream: ServerStreamingServer<Message>,
    ) -> streamgen_runtime::Result<()> {
        Ok(())
    }

    async fn unary(&self, _cx: Context, message: Message) -> streamgen_runtime::Result<Message> {
        Ok(message)
    }
}

/// A client of a server in the same process.
pub(super) fn client(workload: Workload, governed: Governed) -> Result<StreamClient> {
    let server = Server::builder().add_service(StreamServer::new(Echo));
    let server = match governed.server() {
        true => governed::server(server),
        false => server,
    };
    let builder = StreamClient::builder("bench").dial(server.invoker()?);
    let builder = match governed.client() {
        true => governed::client(builder, Instance::parse(ADDRESS)?),
        false => builder.address(ADDRESS),
    };
    Ok(wires(builder, workload).build()?)
}

pub(super) async fn run(client: &StreamClient, kind: Kind, count: u64) -> Result<()> {
    match kind {
        Kind::Call => calls(client, count).await,
        Kind::Stream => streams(client, count).await,
        Kind::Message => messages(client, count).await,
    }
}

async fn calls(client: &StreamClient, count: u64) -> Result<()> {
    for _ in 0..count {
        client.unary(message()).await?;
    }
    Ok(())
}

async fn streams(client: &StreamClient, count: u64) -> Result<()> {
    for _ in 0..count {
        let mut stream = client.echo().await?;
        stream.close_send().await?;
        ensure!(stream.recv().await?.is_none(), "a message that nobody sent");
    }
    Ok(())
}

async fn messages(client: &StreamClient, count: u64) -> Result<()> {
    let mut stream = client.echo().await?;
    for _ in 0..count / BATCH {
        for _ in 0..BATCH {
            stream.send(message()).await?;
        }
        for _ in 0..BATCH {
            ensure!(stream.recv().await?.is_some(), "the server ended the stream");
        }
    }
    Ok(())
}

fn message() -> Message {
    Message {
        payload: Bytes::from_static(&[0; 16]),
    }
}
