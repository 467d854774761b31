//! The attacked server: all defaults, and all wires on one port.

use std::io;
use std::time::Duration;

use streamgen_runtime::{BidiStreamingServer, Bytes, Context, GrpcLimits, Result, Server};

use crate::attack::Pace;
use crate::protobuf_gen::hostilepb::Msg as MsgPb;
use crate::protobuf_gen::hostilepb::target_pb::{TargetPb, TargetPbServer};
use crate::stream_gen::hostile::Msg;
use crate::stream_gen::hostile::target::{Target, TargetServer};

/// What replaces longer times at [`Pace::Quick`].
pub const SOON: Duration = Duration::from_secs(1);

/// Bytes of a message of a handler that floods.
const FLOOD: usize = 64 * 1024;

struct Handler;

impl Target for Handler {
    async fn call(&self, cx: Context, req: Msg) -> Result<Msg> {
        match req.order.as_str() {
            "deaf" => Err(cx.cancelled().await),
            _ => Ok(req),
        }
    }

    async fn talk(&self, cx: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let Some(first) = stream.recv().await? else {
            return Ok(());
        };
        match first.order.as_str() {
            "deaf" => Err(cx.cancelled().await),
            "sink" => {
                while stream.recv().await?.is_some() {}
                Ok(())
            }
            "flood" => loop {
                let payload = Bytes::from(vec![0; FLOOD]);
                let message = Msg {
                    payload,
                    ..Msg::default()
                };
                stream.send(message).await?;
            },
            _ => {
                stream.send(first).await?;
                while let Some(message) = stream.recv().await? {
                    stream.send(message).await?;
                }
                Ok(())
            }
        }
    }
}

impl TargetPb for Handler {
    async fn call(&self, _: Context, req: MsgPb) -> Result<MsgPb> {
        Ok(req)
    }
}

/// Serves, and prints the address as the first line.
pub fn run(pace: Pace) -> io::Result<()> {
    let runtime = super::runtime()?;
    let server = runtime.block_on(builder(pace).bind("127.0.0.1:0"));
    let server = server.map_err(io::Error::other)?;
    println!("{}", server.local_addr().map_err(io::Error::other)?);
    runtime.spawn(server.serve());
    super::wait_for_the_end();
    runtime.shutdown_background();
    Ok(())
}

fn builder(pace: Pace) -> streamgen_runtime::ServerBuilder {
    let server = Server::builder()
        .add_service(TargetServer::new(Handler))
        .add_service(TargetPbServer::new(Handler));
    match pace {
        Pace::Default => server,
        Pace::Quick => {
            let mut grpc = GrpcLimits::default();
            grpc.handshake_timeout = SOON;
            grpc.frame_timeout = SOON;
            server
                .grpc_limits(grpc)
                .stall_timeout(SOON)
                .send_timeout(SOON)
                .idle_timeout(SOON)
                .detection_timeout(SOON)
        }
    }
}

/// A decent server in this process, for the bystander of an attacked client.
pub async fn decent() -> io::Result<std::net::SocketAddr> {
    let server = builder(Pace::Default).bind("127.0.0.1:0").await;
    let server = server.map_err(io::Error::other)?;
    let address = server.local_addr().map_err(io::Error::other)?;
    tokio::spawn(server.serve());
    Ok(address)
}
