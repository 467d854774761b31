//! What an observer sees of servers, clients, connections and calls: `docs/observing.md`.

mod calls;
mod capture;
mod client;
mod decoded;
mod documented;
#[path = "../errors_support/mod.rs"]
mod errors_support;
mod grpc;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod pingpong;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod secrets;
mod server;
mod ttheader;

use std::sync::Arc;

use rpc_support::{Peer, PeerServer, Running, start};
use streamgen_runtime::ServerBuilder;

/// A server whose handlers do so, unless their calls want something else.
async fn serve(builder: ServerBuilder, always: &'static str) -> Running {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    start(builder.add_service(PeerServer::from(Arc::new(peer)))).await
}
