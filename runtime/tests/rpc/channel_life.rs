//! Connections of a client before its first call, and their end after its last one.

use crate::rpc_support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rpc_support::{Peer, PeerClient, PeerServer, Running, msg, reserved, start};
use streamgen_runtime::client::{ConnectionState, Dial, Dialling, Direct, Endpoint};
use streamgen_runtime::{Channel, ErrorKind, PoolMode, Server, Transport, UnaryTransport};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_millis(100);

/// Counts the connections that are made.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn dials(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Dial for Counted {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Direct.dial(to)
    }
}

/// How the calls of a test travel.
#[derive(Debug, Clone, Copy)]
enum Wires {
    Default,
    LongPools,
    Multiplexed,
    Grpc,
}

const ALL: [Wires; 4] = [
    Wires::Default,
    Wires::LongPools,
    Wires::Multiplexed,
    Wires::Grpc,
];

fn channel(wires: Wires, address: SocketAddr, dial: &Counted) -> Channel {
    let mux = PoolMode::Mux { slots: 1 };
    let builder = Channel::builder("peer").address(address.to_string());
    let builder = builder.dial(dial.clone());
    let builder = match wires {
        Wires::Default => builder.pool(mux),
        Wires::LongPools => {
            let builder = builder.pool(PoolMode::LONG);
            builder.unary_transport(UnaryTransport::TtHeaderFramed)
        }
        Wires::Multiplexed => builder.pool(mux).unary_pool(mux),
        Wires::Grpc => builder.transport(Transport::Grpc),
    };
    builder.build().unwrap()
}

async fn serve(always: &'static str) -> Running {
    serve_watched(always).await.0
}

/// The same, and what tells of each handler that begins.
async fn serve_watched(always: &'static str) -> (Running, UnboundedReceiver<()>) {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    let (peer, begun) = peer.watched();
    let service = PeerServer::from(Arc::new(peer));
    let server = Server::builder().exit_wait(LONG).add_service(service);
    (start(server).await, begun)
}

/// Waits until both a stream and a call have handlers.
async fn both_begin(begun: &mut UnboundedReceiver<()>) {
    for _ in 0..2 {
        let one = timeout(LONG, begun.recv()).await;
        one.expect("a handler begins").expect("the server lives");
    }
}

/// A call of each kind.
async fn calls(client: &PeerClient) {
    assert_eq!(client.hello("m".into()).await.unwrap(), "hello, m");
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(msg("m")));
}

#[tokio::test]
async fn the_first_calls_find_the_connections_that_connect_has_made() {
    for wires in ALL {
        let (server, dial) = (serve("").await, Counted::default());
        let channel = channel(wires, server.address, &dial);
        let client = PeerClient::new(channel.clone());
        channel.connect().await.unwrap();
        let dials = dial.dials();
        let expected = if matches!(wires, Wires::Grpc) { 1 } else { 2 };
        assert_eq!(dials, expected, "{wires:?}");
        channel.connect().await.unwrap();
        calls(&client).await;
        assert_eq!(dial.dials(), dials, "{wires:?}");
    }
}

#[tokio::test]
async fn connect_tells_what_cannot_be_reached() {
    let nobody = reserved();
    for wires in ALL {
        let channel = channel(wires, nobody, &Counted::default());
        // gRPC was chosen for all calls; the other channels leave a wire to their clients.
        if !matches!(wires, Wires::Grpc) {
            let early = channel.connect().await.unwrap_err();
            assert_eq!(early.kind(), ErrorKind::InvalidArgument, "{early}");
        }
        let _client = PeerClient::new(channel.clone());
        let error = channel.connect().await.unwrap_err();
        assert!(error.is_retryable(), "{wires:?}: {error}");
        let error = channel.wait_for_ready(SOON).await.unwrap_err();
        assert!(error.is_retryable(), "{wires:?}: {error}");
    }
    // One address of several is enough.
    let server = serve("").await;
    let builder = Channel::builder("peer").address(nobody.to_string());
    let channel = builder.address(server.address.to_string()).build().unwrap();
    let _client = PeerClient::new(channel.clone());
    channel.connect().await.unwrap();
}

#[tokio::test]
async fn a_client_can_wait_for_a_server_that_starts_later() {
    let address = reserved();
    let channel = channel(Wires::Default, address, &Counted::default());
    let client = PeerClient::new(channel.clone());
    let serving = tokio::spawn(async move {
        sleep(3 * SOON).await;
        let service = PeerServer::from(Arc::new(Peer::default()));
        let bound = Server::builder().add_service(service).bind(address).await;
        bound.unwrap().serve().await
    });
    channel.wait_for_ready(LONG).await.unwrap();
    calls(&client).await;
    serving.abort();
}

#[tokio::test]
async fn a_closed_channel_makes_no_calls_and_holds_no_connection() {
    for wires in ALL {
        let mut server = serve("").await;
        let channel = channel(wires, server.address, &Counted::default());
        let client = PeerClient::new(channel.clone());
        calls(&client).await;
        timeout(LONG, channel.close()).await.expect("nothing runs");
        assert!(channel.is_closed());
        let late = client.hello("m".into()).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Canceled, "{wires:?}: {late}");
        let late = client.bidi().await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Canceled, "{wires:?}: {late}");
        assert!(channel.connect().await.is_err());
        // A server waits for connections that are open.
        server.stop.take().unwrap().send(()).unwrap();
        let stopped = timeout(LONG / 2, &mut server.serving).await;
        stopped.expect("no connection is left").unwrap().unwrap();
    }
}

#[tokio::test]
async fn close_waits_for_what_runs() {
    for wires in ALL {
        let (server, mut begun) = serve_watched("slow").await;
        let channel = channel(wires, server.address, &Counted::default());
        let client = PeerClient::new(channel.clone());
        let mut stream = client.bidi().await.unwrap();
        let call = tokio::spawn(client.hello("m".into()).into_future());
        both_begin(&mut begun).await;
        let mut closing = tokio::spawn({
            let channel = channel.clone();
            async move { channel.close().await }
        });
        assert_eq!(call.await.unwrap().unwrap(), "hello, m", "{wires:?}");
        stream.send(msg("m")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), Some(msg("m")), "{wires:?}");
        assert!(timeout(SOON, &mut closing).await.is_err(), "{wires:?}");
        drop(stream);
        timeout(LONG, closing).await.expect("it ends").unwrap();
    }
}

#[tokio::test]
async fn close_within_a_limit_cancels_what_is_left() {
    for wires in ALL {
        let (server, mut begun) = serve_watched("hold").await;
        let channel = channel(wires, server.address, &Counted::default());
        let client = PeerClient::new(channel.clone());
        let mut stream = client.bidi().await.unwrap();
        let call = tokio::spawn(client.hello("m".into()).into_future());
        both_begin(&mut begun).await;
        channel.close_within(SOON).await;
        for error in [
            timeout(LONG, call)
                .await
                .expect("it ends")
                .unwrap()
                .unwrap_err(),
            timeout(LONG, stream.recv())
                .await
                .expect("it ends")
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Canceled, "{wires:?}: {error}");
            assert!(error.message().contains("closed"), "{wires:?}: {error}");
        }
    }
}

/// Never connects.
struct Stuck;

impl Dial for Stuck {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn close_within_a_limit_ends_connecting() {
    let builder = Channel::builder("peer").address("127.0.0.1:1").dial(Stuck);
    let channel = builder.connect_timeout(10 * LONG).build().unwrap();
    let _client = PeerClient::new(channel.clone());
    let connecting = tokio::spawn({
        let channel = channel.clone();
        async move { channel.connect().await }
    });
    sleep(SOON).await;
    channel.close_within(SOON).await;
    let ended = timeout(LONG, connecting).await.expect("it ends");
    assert_eq!(ended.unwrap().unwrap_err().kind(), ErrorKind::Canceled);
}

#[tokio::test]
async fn the_states_of_a_channel_are_those_of_its_attempts() {
    let address = reserved();
    let channel = channel(Wires::Grpc, address, &Counted::default());
    let _client = PeerClient::new(channel.clone());
    let mut states = channel.states();
    assert!(matches!(states.next().await, Some(ConnectionState::Idle)));
    let watching = tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(state) = states.next().await {
            if let ConnectionState::Failing(error) = &state {
                assert!(error.is_retryable(), "{error}");
            }
            seen.push(state);
        }
        seen
    });
    channel.connect().await.unwrap_err();
    sleep(SOON).await;
    let service = PeerServer::from(Arc::new(Peer::default()));
    let bound = Server::builder().add_service(service).bind(address).await;
    let serving = tokio::spawn(bound.unwrap().serve());
    channel.wait_for_ready(LONG).await.unwrap();
    sleep(SOON).await;
    channel.close().await;
    let seen = timeout(LONG, watching).await.expect("it ends").unwrap();
    let failing = |state: &ConnectionState| matches!(state, ConnectionState::Failing(_));
    let ready = |state: &ConnectionState| matches!(state, ConnectionState::Ready);
    let (failed, reached) = (seen.iter().position(failing), seen.iter().position(ready));
    assert!(failed.is_some() && failed < reached, "{seen:?}");
    assert!(
        matches!(seen.last(), Some(ConnectionState::Shutdown)),
        "{seen:?}"
    );
    serving.abort();
}
