//! A client and its server in memory, and a tracer that writes down what it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::codec::Encode;
use streamgen_runtime::middleware::{
    RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader, TracedCall, Tracer,
};
use streamgen_runtime::{ClientBuilder, Server, ServerBuilder, Side, Transport, UnaryTransport};

use crate::rpc_support::{Msg, Peer, PeerClient, PeerServer};

/// No test waits for it, however busy the machine.
const LONGEST: Duration = Duration::from_secs(30);

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

/// The builder of a server with that [`Peer`].
pub(crate) fn server(peer: Peer) -> ServerBuilder {
    Server::builder().add_service(PeerServer::new(peer))
}

/// The builder of a client of that server.
pub(crate) fn client(server: ServerBuilder, wire: Transport) -> ClientBuilder<PeerClient> {
    let invoker = server.invoker().unwrap();
    PeerClient::builder("peer").dial(invoker).transport(wire)
}

/// A client and its server, both with a tracer that writes into these logs.
pub(crate) fn traced(peer: Peer, wire: Transport) -> (PeerClient, Log, Log) {
    let (near, far) = (Log::default(), Log::default());
    let server = server(peer).tracer(far.named(""));
    let client = client(server, wire).tracer(near.named("")).build();
    (client.unwrap(), near, far)
}

/// Bytes of a message on the wire.
pub(crate) fn size(message: &Msg) -> usize {
    message.encoded_len()
}

/// What tracers were told, in order.
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

    /// The lines up to the first that begins so, once it is there.
    pub(crate) async fn until(&self, event: &str) -> Vec<String> {
        let there = || {
            self.0
                .lock()
                .unwrap()
                .iter()
                .any(|line| line.starts_with(event))
        };
        let waiting = async {
            while !there() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = tokio::time::timeout(LONGEST, waiting).await;
        assert!(waited.is_ok(), "no {event}: {:?}", self.take());
        self.take()
    }

    /// A tracer that logs as `name`.
    pub(crate) fn named(&self, name: &'static str) -> Named {
        let log = self.clone();
        Named { name, log }
    }
}

/// Logs what it is told.
pub(crate) struct Named {
    name: &'static str,
    log: Log,
}

impl Named {
    fn add(&self, event: impl Into<String>) {
        self.log.add(format!("{}{}", self.name, event.into()));
    }
}

fn message(event: &StreamMessage<'_>) -> String {
    assert_eq!(event.size == 0, event.error.is_some());
    match event.error {
        Some(error) => format!("error {:?}", error.kind()),
        None => event.size.to_string(),
    }
}

impl Tracer for Named {
    fn rpc_start(&self, _: &TracedCall) {
        self.add("RPCStart");
    }

    fn stream_start(&self, _: &TracedCall) {
        self.add("StreamStart");
    }

    fn stream_recv_header(&self, call: &TracedCall, event: &StreamRecvHeader<'_>) {
        assert_eq!(call.info().side(), Side::Client);
        let mode = event.header.get("mode").unwrap_or_default();
        self.add(format!("StreamRecvHeader {mode}").trim_end());
    }

    fn stream_send(&self, call: &TracedCall, event: &StreamMessage<'_>) {
        assert!(event.at >= call.began());
        self.add(format!("StreamSend {}", message(event)));
    }

    fn stream_recv(&self, _: &TracedCall, event: &StreamMessage<'_>) {
        self.add(format!("StreamRecv {}", message(event)));
    }

    fn stream_finish(&self, _: &TracedCall, _: &StreamFinish<'_>) {
        self.add("StreamFinish");
    }

    fn rpc_finish(&self, call: &TracedCall, end: &RpcFinish<'_>) {
        assert_eq!(end.elapsed, end.at - call.began());
        let mut event = "RPCFinish".to_owned();
        if let Some(error) = end.error {
            event += &format!(" error {:?}", error.kind());
        }
        if let Some(biz) = end.biz_status {
            event += &format!(" biz {}", biz.code());
        }
        if end.panicked {
            event += " panicked";
        }
        self.add(format!("{event} {}/{}", end.sent, end.received));
    }
}
