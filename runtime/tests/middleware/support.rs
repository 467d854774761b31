//! A client and its server in memory, and a log that middleware writes.

use std::sync::{Arc, Mutex};

use streamgen_runtime::middleware::{
    Receiving, RecvMiddleware, RecvNext, SendMiddleware, SendNext, Sending,
};
use streamgen_runtime::{ClientBuilder, Result, Server, ServerBuilder, Transport, UnaryTransport};

use crate::rpc_support::{Msg, Peer, PeerClient, PeerServer};

/// The wires of streams.
pub(crate) const STREAMS: [Transport; 2] = [Transport::TtHeaderStreaming, Transport::Grpc];

/// The wires of calls without stream.
pub(crate) const CALLS: [UnaryTransport; 5] = [
    UnaryTransport::Buffered,
    UnaryTransport::Framed,
    UnaryTransport::TtHeader,
    UnaryTransport::TtHeaderFramed,
    UnaryTransport::Grpc,
];

/// The builder of a server with a [`Peer`].
pub(crate) fn server() -> ServerBuilder {
    Server::builder().add_service(PeerServer::new(Peer::default()))
}

/// The builder of a client of that server.
pub(crate) fn client(server: ServerBuilder, wire: Transport) -> ClientBuilder<PeerClient> {
    let invoker = server.invoker().unwrap();
    let builder = PeerClient::builder("peer").caller("tests");
    builder.dial(invoker).transport(wire)
}

/// The builder of a client of that server, for calls without stream.
pub(crate) fn caller(server: ServerBuilder, wire: UnaryTransport) -> ClientBuilder<PeerClient> {
    client(server, Transport::Grpc).unary_transport(wire)
}

/// Lines that middleware has written, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// The lines since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// A middleware that logs as `name`.
    pub(crate) fn named(&self, name: &'static str) -> Named {
        Named {
            name,
            log: self.clone(),
        }
    }
}

/// Logs what it sees before and after `next`.
#[derive(Clone)]
pub(crate) struct Named {
    name: &'static str,
    log: Log,
}

impl RecvMiddleware for Named {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        assert!(recv.message().is_none(), "there is no message before next");
        let received = next.run(recv).await;
        let text = text_of(recv.message_as());
        self.log.add(format!("{} received {text}", self.name));
        received
    }
}

impl SendMiddleware for Named {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        let text = text_of(send.message_as());
        self.log.add(format!("{} sends {text}", self.name));
        let sent = next.run(send).await;
        self.log.add(format!("{} sent {text}", self.name));
        sent
    }
}

pub(crate) fn text_of(message: Option<&mut Msg>) -> String {
    message.map_or("nothing".into(), |message| message.text.to_string())
}
