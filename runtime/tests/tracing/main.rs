//! What an observer sees of servers, clients, connections and calls: `docs/observing.md`.

mod calls;
mod capture;
mod client;
mod config;
mod decoded;
mod documented;
#[path = "../errors_support/mod.rs"]
mod errors_support;
mod fleet;
mod grpc;
mod grpc_bounds;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod pingpong;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod secrets;
mod server;
mod ttheader;

use std::sync::Arc;

use errors_support::SOON;
use rpc_support::{Peer, PeerClient, PeerServer, Running, start};
use streamgen_runtime::{GrpcLimits, MinRate, ServerBuilder, Transport};
use tokio::net::TcpListener;

/// A limit that is reached soon after the first part of a frame.
fn soon() -> MinRate {
    MinRate {
        grace: SOON,
        ..MinRate::default()
    }
}

/// A server whose handlers do so, unless their calls want something else.
async fn serve(builder: ServerBuilder, always: &'static str) -> Running {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    start(builder.add_service(PeerServer::from(Arc::new(peer)))).await
}

fn limits(set: impl FnOnce(&mut GrpcLimits)) -> GrpcLimits {
    let mut limits = GrpcLimits::default();
    set(&mut limits);
    limits
}

/// A client of a server that a test writes frame by frame.
async fn by_hand(limits: GrpcLimits) -> (TcpListener, PeerClient) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let builder = PeerClient::builder("peer").address(address);
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    (listener, builder.build().unwrap())
}
