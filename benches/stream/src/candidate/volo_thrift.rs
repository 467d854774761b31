//! volo-thrift: ping-pong calls over TTHeader + Framed, multiplexed on one connection or on pooled
//! connections. volo-thrift has no streaming.

use crate::child::load::run_streams;
use crate::child::meter::Meter;
use crate::workload::Load;
use generated::volo_gen::bench::{Message, PingPong, PingPongClientBuilder, PingPongServer};
use pilota::Bytes;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpListener;
use volo::net::incoming::DefaultIncoming;

#[allow(unsafe_code, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
}

struct Echo;

impl PingPong for Echo {
    async fn echo(&self, message: Message) -> Result<Message, ::volo_thrift::ServerError> {
        Ok(message)
    }
}

pub(super) async fn serve(listener: TcpListener, multiplex: bool) -> anyhow::Result<()> {
    PingPongServer::new(Echo)
        .multiplex(multiplex)
        .run(DefaultIncoming::from(listener))
        .await
        .map_err(|error| anyhow::anyhow!(error))
}

pub(super) async fn load(load: &Load, meter: &Meter, multiplex: bool) -> anyhow::Result<()> {
    let address: SocketAddr = load.addr.parse()?;
    let client = PingPongClientBuilder::new("bench")
        .address(address)
        .multiplex(multiplex)
        .build();
    let message = Message {
        payload: Some(Bytes::from(vec![0; load.size])),
    };
    let latencies = load.streams == 1;
    run_streams(load.streams, || {
        let (client, message, meter) = (client.clone(), message.clone(), meter.clone());
        async move {
            loop {
                let sent = latencies.then(Instant::now);
                client.echo(message.clone()).await?;
                meter.count(1);
                if let Some(sent) = sent {
                    meter.latency(sent.elapsed());
                }
            }
        }
    })
    .await
}
