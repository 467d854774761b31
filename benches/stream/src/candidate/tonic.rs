//! tonic with its default settings. The server hands the request stream back as the response
//! stream, its cheapest echo; the client feeds its calls from a counter instead of a channel.

use crate::child::load::run_streams;
use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use ::tonic::transport::server::TcpIncoming;
use ::tonic::transport::{Channel, Endpoint, Server};
use ::tonic::{Request, Response, Status, Streaming};
use anyhow::Context as _;
use bytes::Bytes;
use futures_util::Stream;
use futures_util::task::AtomicWaker;
use proto::stream_client::StreamClient;
use proto::stream_server::{Stream as StreamService, StreamServer};
use proto::{Burst, Message};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
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
}

/// The same message without end.
struct Repeat(Message);

impl Stream for Repeat {
    type Item = Result<Message, Status>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(self.0.clone())))
    }
}

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .add_service(StreamServer::new(Echo))
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

pub(super) async fn load(load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let endpoint = Endpoint::from_shared(format!("http://{}", load.addr))?.tcp_nodelay(true);
    let client = StreamClient::new(endpoint.connect().await?);
    run_streams(load.streams, || {
        let (client, load, meter) = (client.clone(), load.clone(), meter.clone());
        async move {
            match load.workload {
                Workload::Ss => server_stream(client, &load, &meter).await,
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

/// Keeps `load.window` messages in flight on one stream.
async fn echo(mut client: StreamClient<Channel>, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let credits = Arc::new(Credits::default());
    let outbound = Outbound {
        credits: credits.clone(),
        message: message(load.size),
    };
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

/// How many messages the outbound side may send.
#[derive(Default)]
struct Credits {
    left: AtomicUsize,
    waker: AtomicWaker,
}

impl Credits {
    fn add(&self, n: usize) {
        self.left.fetch_add(n, Relaxed);
        self.waker.wake();
    }

    /// Relaxed is enough: client and connection run on one thread.
    fn take(&self) -> bool {
        self.left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_ok()
    }
}

struct Outbound {
    credits: Arc<Credits>,
    message: Message,
}

impl Stream for Outbound {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        if !self.credits.take() {
            self.credits.waker.register(cx.waker());
            return Poll::Pending;
        }
        Poll::Ready(Some(self.message.clone()))
    }
}

fn message(size: usize) -> Message {
    Message {
        payload: Bytes::from(vec![0; size]),
    }
}
