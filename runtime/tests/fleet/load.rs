//! Calls and streams over every wire, one behind the other, until somebody says that it is enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use streamgen_runtime::{
    ClientBuilder, PoolMode, Result, Server, ServerBuilder, Transport, UnaryTransport,
};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::notes_support::proto::book::{Book, note};
use crate::notes_support::proto::{NotesClient, NotesServer};
use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};

/// Longer than any call takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);
/// The messages of a stream, and the time between two: it lasts one second.
const MESSAGES: u32 = 10;
const BETWEEN: Duration = Duration::from_millis(100);
/// How many callers and how many streams at a time each wire has.
const CALLERS: usize = 3;

/// What is called, and over which wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Framed,
    TtHeader,
    Multiplexed,
    GrpcThrift,
    GrpcProtobuf,
    TtHeaderStream,
    TtHeaderStreamAlone,
    GrpcThriftStream,
    GrpcProtobufStream,
}

pub(crate) const ALL: [Call; 9] = [
    Call::Framed,
    Call::TtHeader,
    Call::Multiplexed,
    Call::GrpcThrift,
    Call::GrpcProtobuf,
    Call::TtHeaderStream,
    Call::TtHeaderStreamAlone,
    Call::GrpcThriftStream,
    Call::GrpcProtobufStream,
];

/// What serves all of them.
pub(crate) fn server() -> ServerBuilder {
    Server::builder()
        .add_fallback_service(PeerServer::from(Arc::new(Peer::default())))
        .add_service(NotesServer::new(Book::unheard()))
}

/// A client for one of them.
#[derive(Clone)]
enum Client {
    Thrift(PeerClient),
    Protobuf(NotesClient),
}

impl Call {
    fn client(self, set: &impl Set) -> Client {
        let thrift = || set.on(PeerClient::builder("peer"));
        let thrift = match self {
            Self::GrpcProtobuf | Self::GrpcProtobufStream => {
                let builder = set.on(NotesClient::builder("notes"));
                return Client::Protobuf(builder.build().unwrap());
            }
            Self::Framed => thrift().unary_transport(UnaryTransport::Framed),
            Self::TtHeader => thrift().unary_transport(UnaryTransport::TtHeaderFramed),
            Self::Multiplexed => thrift().unary_pool(PoolMode::Mux { slots: 1 }),
            Self::TtHeaderStream => thrift().pool(PoolMode::Mux { slots: 1 }),
            Self::TtHeaderStreamAlone => thrift().pool(PoolMode::LONG),
            Self::GrpcThrift | Self::GrpcThriftStream => thrift().transport(Transport::Grpc),
        };
        Client::Thrift(thrift.build().unwrap())
    }

    fn is_stream(self) -> bool {
        matches!(
            self,
            Self::TtHeaderStream
                | Self::TtHeaderStreamAlone
                | Self::GrpcThriftStream
                | Self::GrpcProtobufStream
        )
    }

    /// Makes it, and checks the answers.
    async fn make(self, client: &Client) -> Result<()> {
        match client {
            Client::Thrift(client) if self.is_stream() => {
                let mut stream = client.bidi().timeout(LIMIT).await?;
                for _ in 0..MESSAGES {
                    stream.send(msg("m")).await?;
                    assert_eq!(stream.recv().await?.expect("a message").text, "m");
                    sleep(BETWEEN).await;
                }
                stream.close_send().await?;
                assert_eq!(stream.recv().await?, None);
            }
            Client::Thrift(client) => {
                let answer = client.hello("x".into()).timeout(LIMIT).await?;
                assert_eq!(answer, "hello, x");
            }
            Client::Protobuf(client) if self.is_stream() => {
                let mut stream = client.bidi().timeout(LIMIT).await?;
                for _ in 0..MESSAGES {
                    stream.send(note("m")).await?;
                    assert_eq!(stream.recv().await?.expect("a note").message, "m");
                    sleep(BETWEEN).await;
                }
                stream.close_send().await?;
                assert_eq!(stream.recv().await?, None);
            }
            Client::Protobuf(client) => {
                let answer = client.unary(note("m")).timeout(LIMIT).await?;
                assert_eq!(answer.message, "m");
            }
        }
        Ok(())
    }
}

/// Where a client finds the servers.
pub(crate) trait Set {
    fn on<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C>;
}

/// Calls that go on.
pub(crate) struct Load {
    enough: Arc<AtomicBool>,
    calling: JoinSet<(Call, usize, Vec<String>)>,
}

impl Load {
    /// Begins calls over every wire, with a pause between two of a caller.
    pub(crate) fn begin(calls: &[Call], set: &impl Set, pause: Duration) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let mut calling = JoinSet::new();
        for call in calls.iter().copied() {
            let client = call.client(set);
            for nth in 0..CALLERS {
                let (client, enough) = (client.clone(), Arc::clone(&enough));
                calling.spawn(async move {
                    let (mut made, mut failed) = (0, Vec::new());
                    sleep(BETWEEN / 3 * u32::try_from(nth).unwrap()).await;
                    while !enough.load(Ordering::Relaxed) {
                        match call.make(&client).await {
                            Ok(()) => made += 1,
                            Err(error) => failed.push(error.to_string()),
                        }
                        sleep(pause).await;
                    }
                    (call, made, failed)
                });
            }
        }
        Self { enough, calling }
    }

    /// Ends the calls, of which none may have failed.
    pub(crate) async fn end(mut self) {
        self.enough.store(true, Ordering::Relaxed);
        let mut failures = Vec::new();
        while let Some(ended) = self.calling.join_next().await {
            let (call, made, failed) = ended.unwrap();
            assert!(made > 0, "{call:?}");
            failures.extend(failed.into_iter().map(|error| (call, error)));
        }
        assert!(failures.is_empty(), "{}: {failures:#?}", failures.len());
    }
}
