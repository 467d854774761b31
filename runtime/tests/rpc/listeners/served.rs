//! A server that listens somewhere, and what has to hold wherever that is.

use std::sync::Arc;

use streamgen_runtime::server::ListenOn;
use streamgen_runtime::{Error, Result, Server, ServerBuilder};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::rpc_support::{Peer, PeerClient, PeerServer};
use crate::wires::{PATIENT, Wire};

pub(crate) struct Served {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<()>>,
}

impl Served {
    /// Clients can connect when this is ready.
    pub(crate) async fn on(builder: ServerBuilder, on: impl Into<ListenOn>) -> Self {
        let bound = builder.bind(on).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = bound.serve_with_shutdown(async { drop(stopped.await) });
        Self {
            stop,
            serving: tokio::spawn(serving),
        }
    }

    /// Stops it gracefully.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        ended(self.serving).await;
    }
}

/// Waits for a server that ends.
pub(crate) async fn ended(serving: JoinHandle<Result<()>>) {
    let served = timeout(PATIENT, serving).await;
    served.expect("it ends").unwrap().unwrap();
}

/// A server whose handlers tell that they run, and answer when the server stops.
pub(crate) fn draining() -> (ServerBuilder, UnboundedReceiver<Error>) {
    let (tell, told) = unbounded_channel();
    let peer = Peer {
        always: "drain",
        ended: Some(tell),
        ..Peer::default()
    };
    let service = PeerServer::from(Arc::new(peer));
    (Server::builder().add_service(service), told)
}

/// A call that runs when the server stops is answered, and then the server has ended.
pub(crate) async fn stops_gracefully(
    wire: Wire,
    client: PeerClient,
    server: Served,
    mut told: UnboundedReceiver<Error>,
) {
    let calling = tokio::spawn(async move {
        wire.call(&client, PATIENT).await.unwrap();
    });
    told.recv().await.expect("the handler runs");
    server.stop().await;
    calling.await.unwrap();
}

/// Waits until the server closes the connection.
pub(crate) async fn is_closed(io: &mut (impl AsyncRead + Unpin)) {
    let read = timeout(PATIENT, io.read(&mut [0])).await;
    assert!(matches!(read.expect("it is closed"), Ok(0) | Err(_)));
}

/// A server whose handlers answer with the address of their peer.
pub(crate) fn telling_the_peer() -> ServerBuilder {
    let peer = Peer {
        always: "peer",
        ..Peer::default()
    };
    Server::builder().add_service(PeerServer::from(Arc::new(peer)))
}
