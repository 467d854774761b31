//! A server and its clients on a network.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::testing::{FOUND_DEAD_AFTER, Network, Serving};
use streamgen_runtime::{FastStr, Result, Server};

use crate::rpc_support::{Msg, Peer, PeerClient, PeerServer};
use crate::wires::Wire;

/// Where the server of these tests is.
pub(crate) const B: &str = "b:80";

pub(crate) async fn serve(network: &Network, peer: Peer) -> Serving {
    let service = PeerServer::from(Arc::new(peer));
    let server = Server::builder().add_service(service);
    network.serve(B, server).await.unwrap()
}

/// A client on the host `a`.
pub(crate) fn client(network: &Network, wire: Wire) -> PeerClient {
    let builder = wire.builder(&[B.to_owned()]);
    builder.dial(network.host("a")).build().unwrap()
}

/// The result of `call`, which must not hang. The limit costs no time on the paused clock.
pub(crate) async fn ended<T>(what: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
    let limit = Duration::from_secs(24 * 60 * 60);
    let ended = tokio::time::timeout(limit, call).await;
    ended.unwrap_or_else(|_| panic!("{what}: the call hangs"))
}

/// A message as large as all that one direction of a connection holds.
pub(crate) fn large() -> Msg {
    Msg {
        text: FastStr::from("x".repeat(64 * 1024)),
        seq: 0,
    }
}

/// Tasks of the runtime that have not ended.
pub(crate) fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

/// Waits until everything has ended that ends by itself: pools look at their connections once a minute, and
/// connections whose peer is gone are found dead.
pub(crate) async fn settle() {
    tokio::time::sleep(FOUND_DEAD_AFTER + Duration::from_secs(300)).await;
}
