//! A call as the server above the wires receives it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

use crate::error::Result;
use crate::metadata::Metadata;
use crate::service::PayloadCodec;

/// What a request says of itself before the server decodes any message.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The package of the service, maybe empty; `None` on wires that name services without one.
    pub package: Option<FastStr>,
    /// The IDL name of the service (`isn`); empty where the wire names none.
    pub service: FastStr,
    /// The IDL name of the method.
    pub method: FastStr,
    /// Every string pair of the request's header, metainfo included.
    pub metadata: Metadata,
    /// Name of the calling service, if the wire transmits it (int key 3).
    pub caller: FastStr,
    /// How the messages of the call are encoded, as the wire says.
    pub payload: PayloadCodec,
    /// How its messages flow, as far as the wire says.
    pub shape: Shape,
    /// What the wire of the call carries besides messages.
    pub abilities: &'static CallAbilities,
    /// Address of the peer.
    pub peer: Option<SocketAddr>,
    /// The certificates that the client has shown and the server has verified, as DER, the client's own
    /// first. `None` without mutual TLS. The wires always set `None`, because they do not know them: the
    /// server adds them.
    pub certificates: Option<Arc<Vec<Bytes>>>,
    /// How long the caller will wait, if the wire transmits it (int key 12, `grpc-timeout`).
    pub timeout: Option<Duration>,
}

/// What a request says of how its messages flow, without its method being known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One request, which is answered: ping-pong.
    Call,
    /// One request, which is not answered.
    OneWay,
    /// A stream, of any kind: calls of one request and one response are streams on some wires, too.
    Stream,
}

/// What a wire carries for a server's calls in addition to their messages and metainfo.
#[derive(Debug)]
pub struct CallAbilities {
    /// Kitex's name of the wire: `TTHeaderStreaming`, `TTHeader|Framed`, `Framed`, …
    pub wire: &'static str,
    /// OpenTelemetry's name of the system that the wire belongs to: `grpc` or `kitex`.
    pub rpc_system: &'static str,
    /// Checks the pairs that a handler sends. `Some` on wires whose calls have a header and a
    /// trailer of their own: there a handler can read the caller's header, and the answer of a call
    /// without stream has a header and a trailer. `None` on other wires.
    pub header: Option<fn(&Metadata) -> Result<()>>,
    /// Whether the answer of a call without stream carries metainfo back.
    pub backward: bool,
    /// Whether the answer of a call without stream can be compressed.
    pub compression: bool,
    /// Whether a call without stream travels as a stream of its own, which tracers are told of.
    pub streams_only: bool,
}

/// What a handler sends together with the result of a call without stream.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Header of the response, where the wire has one.
    pub header: Metadata,
    /// Trailer of the response, or backward metainfo: string pairs of the reply's header.
    pub trailer: Metadata,
    /// Whether the response stays uncompressed even where the wire would compress it.
    pub uncompressed: bool,
}
