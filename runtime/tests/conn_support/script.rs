//! A client whose servers are scripted peers, in memory.

use std::sync::Arc;

use streamgen_runtime::Result;
use streamgen_runtime::unstable::Outgoing;
use streamgen_runtime::unstable::client::StreamWire;
use streamgen_runtime::unstable::io::{Dial, Dialling, Endpoint};
use streamgen_runtime::unstable::ttheader::client::{ClientConfig, Connector, PoolMode};
use streamgen_runtime::unstable::ttheader::frame::{Frame, FrameKind};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Peer, Stream, request};

/// A connector, and the peers that it dials.
pub(crate) struct Script {
    pub(crate) connector: Arc<Connector>,
    peers: UnboundedReceiver<Peer>,
}

struct InMemory(UnboundedSender<Peer>);

impl Dial for InMemory {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        let refused = self.0.send(Peer::new(theirs)).is_err();
        Box::pin(async move {
            if refused {
                return Err(std::io::ErrorKind::ConnectionRefused.into());
            }
            Ok(ours.into())
        })
    }
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// With changes to the default settings, which are those of a client with one connection.
    pub(crate) fn with(change: impl FnOnce(&mut ClientConfig)) -> Self {
        let (sender, peers) = unbounded_channel();
        let mut config = ClientConfig::default();
        config.dial = Arc::new(InMemory(sender));
        config.pool = PoolMode::Mux { slots: 1 };
        change(&mut config);
        Self {
            connector: Arc::new(Connector::new(config)),
            peers,
        }
    }

    /// Opens a stream.
    pub(crate) async fn request(&self, request: Outgoing) -> Stream {
        self.try_request(request).await.unwrap()
    }

    /// The same for a call that may fail.
    pub(crate) async fn try_request(&self, request: Outgoing) -> Result<Stream> {
        let endpoint = Endpoint::from(std::net::SocketAddr::from(([127, 0, 0, 1], 1)));
        let opened = self.connector.open((&endpoint).into(), &request).await;
        opened.map(Stream::new)
    }

    /// The peer that was dialled next.
    pub(crate) async fn peer(&mut self) -> Peer {
        self.peers.recv().await.unwrap()
    }

    /// Whether a peer has been dialled that [`Script::peer`] has not returned.
    pub(crate) fn has_dialled(&mut self) -> bool {
        !self.peers.is_empty()
    }

    /// Opens a stream on a new connection: the stream, its peer and its id.
    pub(crate) async fn open(&mut self) -> (Stream, Peer, i32) {
        let (stream, peer, header) = self.open_with(request()).await;
        (stream, peer, header.sid)
    }

    /// The same for any request, and with the HEADER that arrived.
    pub(crate) async fn open_with(&mut self, request: Outgoing) -> (Stream, Peer, Frame) {
        let stream = self.request(request).await;
        let mut peer = self.peer().await;
        let header = peer.next().await.expect("a HEADER");
        assert_eq!(header.kind(), FrameKind::Header);
        (stream, peer, header)
    }
}
