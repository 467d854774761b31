use std::net::SocketAddr;
use std::sync::Arc;

use streamgen_runtime::{Error, Result, Server, ServerBuilder};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Peer, PeerClient, PeerServer};

/// A server on a port of its own; dropping it closes all its connections.
pub struct Running {
    pub address: SocketAddr,
    /// Asks the server to stop gracefully.
    pub stop: Option<oneshot::Sender<()>>,
    pub serving: JoinHandle<Result<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub async fn start(builder: ServerBuilder) -> Running {
    let bound = builder.bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        // A dropped sender is no wish to stop.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let serving = tokio::spawn(bound.serve_with_shutdown(shutdown));
    Running {
        address,
        stop: Some(stop),
        serving,
    }
}

/// A server with one [`Peer`], and a receiver of the reasons its held handlers ended for.
pub async fn start_peer(mut peer: Peer) -> (Running, mpsc::UnboundedReceiver<Error>) {
    let (ended, reasons) = mpsc::unbounded_channel();
    peer.ended = Some(ended);
    let service = PeerServer::from(Arc::new(peer));
    (start(Server::builder().add_service(service)).await, reasons)
}

/// A client of the server, called `caller`.
pub fn client(server: &Running, caller: &'static str) -> PeerClient {
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    builder.caller(caller).build().unwrap()
}
