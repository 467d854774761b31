//! What a recorder of the `metrics` facade is told about servers, clients, connections and calls:
//! `docs/metrics.md`.

mod calls;
mod documented;
#[path = "../errors_support/mod.rs"]
mod errors_support;
mod governance;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod limits;
mod recorder;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;

use std::sync::Arc;

use rpc_support::{Peer, PeerServer, Running, start};
use streamgen_runtime::ServerBuilder;

/// A server whose handlers do what `always` says, unless a call asks for something else.
async fn serve(builder: ServerBuilder, always: &'static str) -> Running {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    start(builder.add_service(PeerServer::from(Arc::new(peer)))).await
}
