//! tonic, with its default settings and tuned ones. The server hands the request stream back as the response
//! stream, its cheapest echo; the client feeds its calls from a counter instead of a channel.

use super::credits::credits;
use crate::child::load::run_streams;
use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use ::tonic::transport::server::TcpIncoming;
use ::tonic::transport::{Channel, Endpoint, Server};
use ::tonic::{Request, Response, Status, Streaming};
use anyhow::Context as _;
use bytes::Bytes;
use futures_util::Stream;
use proto::stream_client::StreamClient;
use proto::stream_server::{Stream as StreamService, StreamServer};
use proto::{Burst, Message};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::net::TcpListener;

mod proto {
    ::tonic::include_proto!("bench");
}

struct Echo;

#[::tonic::async_trait]
impl StreamService for Echo {
    type EchoStream = Streaming<Message>;
    type ServerStreamStream = Repeat;

    async fn echo(
        &self,
        request: Request<Streaming<Message>>,
    ) -> Result<Response<Self::EchoStream>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn server_stream(&self, request: Request<Burst>) -> Result<Response<Repeat>, Status> {
        let size = usize::try_from(request.into_inner().size)
            .map_err(|_| Status::invalid_argument("negative size"))?;
        Ok(Response::new(Repeat(message(size))))
    }

    async fn unary(&self, request: Request<Message>) -> Result<Response<Message>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

/// The same message without end.
struct Repeat(Message);

impl Stream for Repeat {
    type Item = Result<Message, Status>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(self.0.clone())))
    }
}

/// Flow control windows of the tuned settings; the default is 64 KiB.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;
/// The tuned size of HTTP/2 frames; the default is 16 KiB.
const MAX_FRAME: u32 = 1 << 20;

pub(super) async fn serve(listener: TcpListener, tuned: bool) -> anyhow::Result<()> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let mut server = Server::builder();
    if tuned {
        server = server
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_frame_size(MAX_FRAME);
    }
    server
        .add_service(StreamServer::new(Echo))
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

pub(super) async fn load(load: &Load, meter: &Meter, tuned: bool) -> anyhow::Result<()> {
    let mut endpoint = Endpoint::from_shared(format!("http://{}", load.addr))?.tcp_nodelay(true);
    if tuned {
        endpoint = endpoint
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
    }
    let client = StreamClient::new(endpoint.connect().await?);
    run_streams(load.streams, || {
        let (client, load, meter) = (client.clone(), load.clone(), meter.clone());
        async move {
            match load.workload {
                Workload::Ss => server_stream(client, &load, &meter).await,
                Workload::Unary100 => unary(client, &load, &meter).await,
                _ => echo(client, &load, &meter).await,
            }
        }
    })
    .await
}

async fn server_stream(
    mut client: StreamClient<Channel>,
    load: &Load,
    meter: &Meter,
) -> anyhow::Result<()> {
    let burst = Burst {
        size: i32::try_from(load.size)?,
    };
    let mut messages = client.server_stream(burst).await?.into_inner();
    while messages.message().await?.is_some() {
        meter.count(1);
    }
    anyhow::bail!("the server ended the stream")
}

async fn unary(
    mut client: StreamClient<Channel>,
    load: &Load,
    meter: &Meter,
) -> anyhow::Result<()> {
    let message = message(load.size);
    loop {
        client.unary(message.clone()).await?;
        meter.count(1);
    }
}

/// Keeps `load.window` messages in flight on one stream.
async fn echo(mut client: StreamClient<Channel>, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let (credits, outbound) = credits(message(load.size));
    let mut inbound = client.echo(outbound).await?.into_inner();
    credits.add(load.window);
    let latencies = load.workload == Workload::Pp1;
    loop {
        let sent = latencies.then(Instant::now);
        inbound
            .message()
            .await?
            .context("the server ended the stream")?;
        meter.count(1);
        if let Some(sent) = sent {
            meter.latency(sent.elapsed());
        }
        credits.add(1);
    }
}

fn message(size: usize) -> Message {
    Message {
        payload: Bytes::from(vec![0; size]),
    }
}
