//! volo-grpc. Like tonic's, its server hands the request stream back as the response stream.

use super::credits::credits;
use crate::child::load::run_streams;
use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use ::volo_grpc::server::{Server, ServiceBuilder};
use ::volo_grpc::{BoxStream, RecvStream, Request, Response, Status};
use anyhow::Context as _;
use futures_util::{StreamExt, stream};
use generated::volo_grpc_gen::bench::{
    Burst, Message, Stream, StreamClient, StreamClientBuilder, StreamServer,
};
use pilota::Bytes;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use volo::net::incoming::DefaultIncoming;

#[allow(unsafe_code, dead_code, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_grpc_gen.rs"));
}

type Messages = BoxStream<'static, Result<Message, Status>>;

struct Echo;

impl Stream for Echo {
    async fn echo(
        &self,
        request: Request<RecvStream<Message>>,
    ) -> Result<Response<Messages>, Status> {
        Ok(Response::new(Box::pin(request.into_inner())))
    }

    #[expect(clippy::result_large_err, reason = "volo-grpc's own Status")]
    async fn server_stream(&self, request: Request<Burst>) -> Result<Response<Messages>, Status> {
        let size = usize::try_from(request.into_inner().size)
            .map_err(|_| Status::invalid_argument("negative size"))?;
        let message = message(size);
        let repeat = stream::repeat_with(move || Ok(message.clone()));
        Ok(Response::new(Box::pin(repeat)))
    }

    async fn unary(&self, request: Request<Message>) -> Result<Response<Message>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    Server::new()
        .add_service(ServiceBuilder::new(StreamServer::new(Echo)).build())
        .run(DefaultIncoming::from(listener))
        .await
        .map_err(|error| anyhow::anyhow!(error))
}

pub(super) async fn load(load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let address: SocketAddr = load.addr.parse()?;
    let client = StreamClientBuilder::new("bench").address(address).build();
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

async fn server_stream(client: StreamClient, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let burst = Burst {
        size: i32::try_from(load.size)?,
    };
    let messages = client.server_stream(burst).await?.into_inner();
    let mut messages = std::pin::pin!(messages);
    while messages.next().await.transpose()?.is_some() {
        meter.count(1);
    }
    anyhow::bail!("the server ended the stream")
}

/// Keeps `load.window` messages in flight on one stream.
async fn echo(client: StreamClient, load: &Load, meter: &Meter) -> anyhow::Result<()> {
    let (credits, outbound) = credits(message(load.size));
    let inbound = client.echo(outbound).await?.into_inner();
    let mut inbound = std::pin::pin!(inbound);
    credits.add(load.window);
    loop {
        inbound
            .next()
            .await
            .context("the server ended the stream")??;
        meter.count(1);
        credits.add(1);
    }
}

fn message(size: usize) -> Message {
    Message {
        payload: Bytes::from(vec![0; size]),
    }
}
