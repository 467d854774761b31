// Typed handlers and the generated client, as a user would write them: the same lines for either
// wire. `mod.rs` includes them once for each, beside the code generated for it.

use crate::child::load::{hold_idle, run_streams};
use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use anyhow::Context as _;
use std::net::SocketAddr;
use std::time::Instant;
use stream_gen::bench::stream::{Stream, StreamClient, StreamServer};
use stream_gen::bench::{Burst, Message};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{
    BidiStreamingClient, BidiStreamingServer, Bytes, ClientBuilder, Context, PoolMode, Result,
    Server, ServerStreamingServer,
};

struct Echo;

impl Stream for Echo {
    async fn echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Message, Message>,
    ) -> Result<()> {
        while let Some(message) = stream.recv().await? {
            stream.send(message).await?;
        }
        Ok(())
    }

    async fn server_stream(
        &self,
        _cx: Context,
        burst: Burst,
        mut stream: ServerStreamingServer<Message>,
    ) -> Result<()> {
        let message = message(usize::try_from(burst.size).unwrap_or_default());
        loop {
            stream.send(message.clone()).await?;
        }
    }

    async fn unary(&self, _cx: Context, message: Message) -> Result<Message> {
        Ok(message)
    }
}

/// `choose` sets what the candidate changes of the server: its middleware, or its limits.
pub(in crate::candidate) async fn serve(
    address: &str,
    listening: impl FnOnce(SocketAddr) -> std::io::Result<()>,
    choose: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> anyhow::Result<()> {
    let server = choose(Server::builder().add_service(StreamServer::new(Echo)));
    let server = server.bind(address).await?;
    listening(server.local_addr()?)?;
    Ok(server.serve().await?)
}

/// `choose` sets what the candidate changes of the client: its wires, its middleware, or where it finds the
/// server that `load` names.
pub(in crate::candidate) async fn load(
    load: &Load,
    meter: &Meter,
    choose: impl FnOnce(ClientBuilder<StreamClient>) -> ClientBuilder<StreamClient>,
) -> anyhow::Result<()> {
    let builder = StreamClient::builder("bench");
    let client = choose(builder.pool(PoolMode::Mux { slots: 1 })).build()?;
    if load.workload == Workload::Idle {
        return hold_idle(load.streams, || exchange(&client, load.size)).await;
    }
    run_streams(load.streams, || {
        let (client, load, meter) = (client.clone(), load.clone(), meter.clone());
        async move {
            match load.workload {
                Workload::Ss => server_stream(&client, &load, &meter).await,
                Workload::Unary100 => unary(&client, &load, &meter).await,
                _ => echo(&client, &load, &meter).await,
            }
        }
    })
    .await
}

async fn server_stream(client: &StreamClient, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let burst = Burst {
        size: i32::try_from(load.size)?,
    };
    let mut stream = client.server_stream(burst).await?;
    while stream.recv().await?.is_some() {
        meter.count(1);
    }
    anyhow::bail!("the server ended the stream")
}

/// Keeps `load.window` messages in flight on one stream.
async fn echo(client: &StreamClient, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let message = message(load.size);
    let latencies = load.workload == Workload::Pp1;
    let mut stream = client.echo().await?;
    let mut sent = Instant::now();
    for _ in 0..load.window {
        stream.send(message.clone()).await?;
    }
    while stream.recv().await?.is_some() {
        meter.count(1);
        if latencies {
            meter.latency(sent.elapsed());
            sent = Instant::now();
        }
        stream.send(message.clone()).await?;
    }
    anyhow::bail!("the server ended the stream")
}

async fn unary(client: &StreamClient, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let message = message(load.size);
    loop {
        client.unary(message.clone()).await?;
        meter.count(1);
    }
}

async fn exchange(
    client: &StreamClient,
    size: usize,
) -> anyhow::Result<BidiStreamingClient<Message, Message>> {
    let mut stream = client.echo().await?;
    stream.send(message(size)).await?;
    stream
        .recv()
        .await?
        .context("the server ended the stream")?;
    Ok(stream)
}

fn message(size: usize) -> Message {
    Message {
        payload: Bytes::from(vec![0; size]),
    }
}
