//! Connections that a server closes although nothing is wrong with them.

use crate::rpc_support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rpc_support::{Peer, PeerClient, PeerServer, Running, start};
use streamgen_runtime::{
    ErrorKind, FastStr, PoolMode, Result, Server, ServerBuilder, Transport, UnaryTransport,
};
use tokio::time::{sleep, timeout};

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
/// Longer than a call takes on a busy machine.
const AGE: Duration = Duration::from_millis(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Streaming,
    Framed,
    TtHeader,
    Multiplexed,
    Grpc,
}

const WIRES: [Wire; 5] = [
    Wire::Streaming,
    Wire::Framed,
    Wire::TtHeader,
    Wire::Multiplexed,
    Wire::Grpc,
];

const MUX: PoolMode = PoolMode::Mux { slots: 1 };

impl Wire {
    /// A client whose calls all use one connection, one after the other.
    fn client(self, server: &Running) -> PeerClient {
        let builder = PeerClient::builder("peer").address(server.address.to_string());
        let builder = match self {
            Self::Streaming => builder.pool(MUX),
            Self::Framed => builder.unary_transport(UnaryTransport::Framed),
            Self::TtHeader => builder.unary_transport(UnaryTransport::TtHeaderFramed),
            Self::Multiplexed => builder.unary_pool(MUX),
            Self::Grpc => builder.transport(Transport::Grpc),
        };
        builder.build().unwrap()
    }

    /// Makes a call; the address that it came from at the server tells its connection.
    async fn connection(self, client: &PeerClient) -> Result<FastStr> {
        if self != Self::Streaming {
            return client.hello("m".into()).timeout(LONG).await;
        }
        let mut stream = client.bidi().timeout(LONG).await?;
        let told = stream.recv().await?.unwrap_or_default().text;
        stream.close_send().await?;
        while stream.recv().await?.is_some() {}
        Ok(told)
    }
}

/// A server whose handlers do as `always` says.
async fn serve(always: &'static str, builder: ServerBuilder) -> Running {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    start(builder.add_service(PeerServer::from(Arc::new(peer)))).await
}

/// Looks at all wires at the same time, for this mostly waits.
async fn side_by_side(look: impl AsyncFn(Wire)) {
    let [a, b, c, d, e] = WIRES;
    tokio::join!(look(a), look(b), look(c), look(d), look(e));
}

/// Makes calls, one behind each other, until they have come over so many connections.
async fn until_connections(wire: Wire, client: &PeerClient, count: usize) {
    let mut connections = HashSet::new();
    let began = Instant::now();
    while connections.len() < count {
        connections.insert(wire.connection(client).await.unwrap());
        assert!(began.elapsed() < LONG, "{wire:?}: {connections:?}");
        sleep(AGE / 20).await;
    }
}

#[tokio::test]
async fn an_old_connection_is_replaced_and_no_call_notices() {
    let server = serve("peer", Server::builder().max_connection_age(AGE)).await;
    side_by_side(async |wire| until_connections(wire, &wire.client(&server), 3).await).await;
}

#[tokio::test]
async fn an_unused_connection_is_closed_and_a_used_one_stays() {
    side_by_side(async |wire| {
        let server = serve("peer", Server::builder().max_connection_idle(AGE)).await;
        let client = wire.client(&server);
        let first = wire.connection(&client).await.unwrap();
        let replaced = async {
            sleep(6 * AGE).await;
            // A busy machine closes it late, and the call that found it open is a use.
            while wire.connection(&client).await.unwrap() == first {
                sleep(6 * AGE).await;
            }
        };
        let waited = timeout(LONG, replaced).await;
        waited.unwrap_or_else(|_| panic!("{wire:?}: {first} stays"));

        // A stream that says nothing is a use.
        let mut quiet = client.bidi().await.unwrap();
        assert!(quiet.recv().await.unwrap().is_some());
        assert!(timeout(6 * AGE, quiet.recv()).await.is_err(), "{wire:?}");
    })
    .await;
}

#[tokio::test]
async fn without_a_limit_an_unused_connection_stays() {
    let server = serve("peer", Server::builder()).await;
    side_by_side(async |wire| {
        let client = wire.client(&server);
        let first = wire.connection(&client).await.unwrap();
        sleep(4 * AGE).await;
        assert_eq!(first, wire.connection(&client).await.unwrap(), "{wire:?}");
    })
    .await;
}

#[tokio::test]
async fn a_running_stream_outlives_the_age_of_its_connection_but_not_the_grace() {
    let outlives = async |transport| {
        let builder = Server::builder().max_connection_age(AGE);
        let endless = serve("peer", builder).await;
        let builder = Server::builder().max_connection_age(AGE);
        let brief = serve("peer", builder.max_connection_age_grace(4 * AGE)).await;
        let client = |server: &Running| {
            let builder = PeerClient::builder("peer").transport(transport);
            builder.address(server.address.to_string()).build().unwrap()
        };
        let mut stays = client(&endless).bidi().await.unwrap();
        let mut ends = client(&brief).bidi().await.unwrap();
        for stream in [&mut stays, &mut ends] {
            assert!(stream.recv().await.unwrap().is_some());
        }
        let error = timeout(LONG, ends.recv()).await.expect("it ends");
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Connection);
        let message = rpc_support::msg("m");
        stays.send(message.clone()).await.unwrap();
        assert_eq!(stays.recv().await.unwrap(), Some(message));
    };
    tokio::join!(
        outlives(Transport::TtHeaderStreaming),
        outlives(Transport::Grpc)
    );
}

/// A server that stops has the last word over a grace without limit.
#[tokio::test]
async fn an_old_connection_ends_with_its_server() {
    let ends = async |transport| {
        let builder = Server::builder().max_connection_age(AGE).exit_wait(AGE);
        let mut server = serve("peer", builder).await;
        let builder = PeerClient::builder("peer").transport(transport);
        let client = builder.address(server.address.to_string()).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        assert!(stream.recv().await.unwrap().is_some());
        sleep(4 * AGE).await;
        server.stop.take().unwrap().send(()).unwrap();
        let error = timeout(LONG, stream.recv()).await.expect("it ends");
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Connection);
    };
    tokio::join!(ends(Transport::TtHeaderStreaming), ends(Transport::Grpc));
}

#[tokio::test]
async fn a_grace_without_an_age_is_an_error() {
    let service = PeerServer::from(Arc::new(Peer::default()));
    let builder = Server::builder().add_service(service);
    let bound = builder.max_connection_age_grace(AGE).bind("127.0.0.1:0");
    let error = bound.await.map(drop).unwrap_err();
    assert!(error.message().contains("max_connection_age"), "{error}");
}
