//! The floor of TTHeader Streaming: its data frames, many streams on one connection, a queue per
//! stream and one coalescing writer. No IDL codec, metadata, trailers, timeouts or cancelling: bar
//! S5 says how much of its speed those may cost.

mod connection;
mod frame;
mod inbox;

use crate::child::load::{hold_idle, run_streams};
use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use anyhow::Context;
use connection::Connection;
use frame::Method;
use inbox::Inbox;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::{TcpListener, TcpStream};

/// One stream of a connection, on either side.
pub(super) struct MuxStream {
    connection: Arc<Connection>,
    inbox: Arc<Inbox>,
    method: Method,
    id: u32,
}

impl MuxStream {
    async fn send(&self, payload: &[u8]) -> anyhow::Result<()> {
        self.connection
            .send_data(self.method, self.id, payload)
            .await
    }
}

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        // A stream ends with its connection, and then nobody is left to tell.
        Connection::start(socket, |stream| drop(tokio::spawn(handle(stream))))?;
    }
}

async fn handle(stream: MuxStream) -> anyhow::Result<()> {
    let mut messages = stream.inbox.messages();
    match stream.method {
        Method::Echo => {
            while let Some(payload) = messages.next().await {
                stream.send(payload).await?;
            }
            Ok(())
        }
        Method::ServerStream => {
            let burst = messages.next().await.context("no request")?;
            let size = burst.first_chunk().map(|size| u32::from_be_bytes(*size));
            let payload = vec![0; size.context("short request")? as usize];
            loop {
                stream.send(&payload).await?;
            }
        }
    }
}

pub(super) async fn load(load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let socket = TcpStream::connect(&load.addr).await?;
    let connection = Connection::start(socket, |_| {})?;
    if load.workload == Workload::Idle {
        return hold_idle(load.streams, || exchange(connection.clone(), load.size)).await;
    }
    run_streams(load.streams, || {
        let (connection, load, meter) = (connection.clone(), load.clone(), meter.clone());
        async move {
            match load.workload {
                Workload::Ss => server_stream(connection, &load, &meter).await,
                _ => echo(connection, &load, &meter).await,
            }
        }
    })
    .await
}

async fn server_stream(
    connection: Arc<Connection>,
    load: &Load,
    meter: &Meter,
) -> anyhow::Result<()> {
    let stream = connection.open(Method::ServerStream).await?;
    stream
        .send(&u32::try_from(load.size)?.to_be_bytes())
        .await?;
    let mut messages = stream.inbox.messages();
    while messages.next().await.is_some() {
        meter.count(1);
    }
    anyhow::bail!("the connection ended")
}

async fn echo(connection: Arc<Connection>, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let stream = connection.open(Method::Echo).await?;
    let payload = vec![0; load.size];
    let mut messages = stream.inbox.messages();
    let latencies = load.workload == Workload::Pp1;
    let mut sent = Instant::now();
    for _ in 0..load.window {
        stream.send(&payload).await?;
    }
    while messages.next().await.is_some() {
        meter.count(1);
        if latencies {
            meter.latency(sent.elapsed());
            sent = Instant::now();
        }
        stream.send(&payload).await?;
    }
    anyhow::bail!("the connection ended")
}

async fn exchange(connection: Arc<Connection>, size: usize) -> anyhow::Result<MuxStream> {
    let stream = connection.open(Method::Echo).await?;
    stream.send(&vec![0; size]).await?;
    stream
        .inbox
        .messages()
        .next()
        .await
        .context("the connection ended")?;
    Ok(stream)
}
