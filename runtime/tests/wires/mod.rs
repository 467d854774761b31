//! Every wire by one name, with a client for it and a call over it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::{
    Channel, ClientBuilder, Code, ErrorKind, FastStr, PoolMode, Result, Server, ServerBuilder,
    Transport, UnaryTransport,
};

use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};

/// A wire, and how its connections are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Mux,
    Long,
    Short,
    GrpcUnary,
    GrpcStream,
    Framed,
    TtHeader,
}

pub(crate) const ALL: [Wire; 7] = [
    Wire::Mux,
    Wire::Long,
    Wire::Short,
    Wire::GrpcUnary,
    Wire::GrpcStream,
    Wire::Framed,
    Wire::TtHeader,
];

/// Longer than any call of these tests takes on a busy machine.
pub(crate) const PATIENT: Duration = Duration::from_secs(30);

impl Wire {
    pub(crate) fn is_grpc(self) -> bool {
        matches!(self, Self::GrpcUnary | Self::GrpcStream)
    }

    pub(crate) fn is_unary(self) -> bool {
        matches!(self, Self::GrpcUnary | Self::Framed | Self::TtHeader)
    }

    /// Settings for one connection where they are shared.
    pub(crate) fn builder(self, addresses: &[String]) -> ClientBuilder<PeerClient> {
        self.set(PeerClient::builder("peer"), addresses)
    }

    /// The same settings for a channel of clients.
    pub(crate) fn channel(self, addresses: &[String]) -> Channel {
        let builder = self.set(Channel::builder("peer"), addresses);
        builder.build().unwrap()
    }

    fn set<C>(self, builder: ClientBuilder<C>, addresses: &[String]) -> ClientBuilder<C> {
        let builder = addresses
            .iter()
            .fold(builder, |builder, address| builder.address(address.clone()));
        match self {
            Self::Mux => builder.pool(PoolMode::Mux { slots: 1 }),
            Self::Long => builder.pool(PoolMode::LONG),
            Self::Short => builder.pool(PoolMode::Short),
            Self::GrpcUnary | Self::GrpcStream => builder.transport(Transport::Grpc),
            Self::Framed => builder.unary_transport(UnaryTransport::Framed),
            Self::TtHeader => builder.unary_transport(UnaryTransport::TtHeaderFramed),
        }
    }

    pub(crate) fn client(self, addresses: &[String]) -> PeerClient {
        self.builder(addresses).build().unwrap()
    }

    /// One call, answered as it should be.
    pub(crate) async fn call(self, client: &PeerClient, limit: Duration) -> Result<()> {
        match self {
            Self::GrpcUnary | Self::Framed | Self::TtHeader => {
                let answer = client.hello("x".into()).timeout(limit).await?;
                assert_eq!(answer, "hello, x");
            }
            Self::Mux | Self::Long | Self::Short | Self::GrpcStream => {
                let mut stream = client.bidi().timeout(limit).await?;
                stream.send(msg("m")).await?;
                assert_eq!(stream.recv().await?.expect("a message").text, "m");
                stream.close_send().await?;
                assert_eq!(stream.recv().await?, None);
            }
        }
        Ok(())
    }

    /// One call at `address`, answered as it should be.
    pub(crate) async fn call_at(self, client: &PeerClient, address: &str) -> Result<()> {
        if self.is_unary() {
            let answer = client.hello("x".into()).address(address).await?;
            assert_eq!(answer, "hello, x");
            return Ok(());
        }
        let mut stream = client.bidi().address(address).await?;
        stream.send(msg("m")).await?;
        assert_eq!(stream.recv().await?.expect("a message").text, "m");
        stream.close_send().await?;
        assert_eq!(stream.recv().await?, None);
        Ok(())
    }

    /// What a handler tells that does nothing else.
    pub(crate) async fn told(self, client: &PeerClient) -> FastStr {
        match self {
            Self::GrpcUnary | Self::Framed | Self::TtHeader => {
                client.hello("x".into()).timeout(PATIENT).await.unwrap()
            }
            Self::Mux | Self::Long | Self::Short | Self::GrpcStream => {
                let mut stream = client.bidi().timeout(PATIENT).await.unwrap();
                let told = stream.recv().await.unwrap().expect("a message").text;
                stream.close_send().await.unwrap();
                assert_eq!(stream.recv().await.unwrap(), None);
                told
            }
        }
    }

    /// A call that must end in a connection error of which nothing reached a handler.
    pub(crate) async fn fails_to_connect(self, client: &PeerClient) {
        self.fails_to_connect_in(client, PATIENT).await;
    }

    /// The same, before so much time is over.
    pub(crate) async fn fails_to_connect_in(self, client: &PeerClient, limit: Duration) {
        let error = self.call(client, limit).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{self:?}: {error}");
        assert_eq!(
            error.grpc_code(),
            Some(Code::UNAVAILABLE),
            "{self:?}: {error}"
        );
        assert!(error.is_retryable(), "{self:?}: {error}");
    }
}

/// A server that answers.
pub(crate) fn server() -> ServerBuilder {
    Server::builder().add_service(PeerServer::from(Arc::new(Peer::default())))
}
