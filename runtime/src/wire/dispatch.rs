//! What the server is to the wires below it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

use super::stream::ServerRaw;
use super::supervisor::Supervisor;
use crate::call::Cancellation;
use crate::codec::{ApplicationException, DecodeError, Encode};
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::service::{Mode, PayloadCodec};

/// What a request says of itself before any message is decoded.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The package of the service, where the wire names one (gRPC).
    pub package: FastStr,
    /// The IDL name of the service (`isn`); empty where the wire names none.
    pub service: FastStr,
    /// The IDL name of the method.
    pub method: FastStr,
    /// Every string pair of the request's header, metainfo included.
    pub metadata: Metadata,
    /// Name of the calling service, where the wire tells it (int key 3).
    pub caller: FastStr,
    /// How the messages of the call are encoded, as the wire says.
    pub payload: PayloadCodec,
    /// The wire, by Kitex's name: `TTHeaderStreaming`, `TTHeaderFramed`, `Framed`, …
    pub protocol: &'static str,
    /// Address of the peer.
    pub peer: Option<SocketAddr>,
    /// How long the caller will wait, where the wire tells it (int key 12, `grpc-timeout`).
    pub timeout: Option<Duration>,
}

/// A running handler of a stream; its result becomes the trailer.
pub type StreamHandler = Pin<Box<dyn Future<Output = Result<()>> + Send + 'static>>;

/// A running ping-pong handler.
pub type PingPongHandler = Pin<Box<dyn Future<Output = PingPongOutcome> + Send + 'static>>;

/// What a ping-pong handler leaves for the wire.
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub struct PingPongOutcome {
    /// The Result struct (return value or declared exception), or why there is none.
    pub result: Result<Box<dyn Encode + Send>, PingPongFailure>,
    /// Header of the response (gRPC).
    pub header: Metadata,
    /// Backward metainfo: string pairs of the reply's header (TTHeader), or its trailer (gRPC).
    pub backward: Metadata,
    /// Whether the response stays as it is where it would be compressed (gRPC).
    pub uncompressed: bool,
}

impl PingPongOutcome {
    /// Whether the handler gave up because its call was over.
    pub(crate) fn is_canceled(&self) -> bool {
        matches!(&self.result, Err(PingPongFailure::Handler(error)) if error.is_canceled())
    }

    /// What a handler leaves that was dropped for `reason`.
    pub(crate) fn of(reason: Error) -> Self {
        Self {
            result: Err(reason.into()),
            header: Metadata::new(),
            backward: Metadata::new(),
            uncompressed: false,
        }
    }
}

/// Why a ping-pong call has no Result struct.
#[derive(Debug, Clone)]
pub enum PingPongFailure {
    /// The arguments do not decode. Kitex closes the connection behind this answer.
    Arguments(DecodeError),
    /// The handler returned this error.
    Handler(Error),
    /// The handler panicked, or something else says what to answer.
    Exception(ApplicationException),
}

impl From<Error> for PingPongFailure {
    fn from(error: Error) -> Self {
        Self::Handler(error)
    }
}

/// The server above the wires: finds the method and runs its handler.
///
/// Both methods are called on the connection's task and must not block. An `Err` is answered
/// with that exception (statement 25: types 1 and 20), and the connection stays.
pub trait Dispatch: Send + Sync + 'static {
    /// Watches the handlers of one connection; asked for once by each. By default they are told when
    /// their calls end, and nobody ends them.
    fn supervisor(&self) -> Arc<Supervisor> {
        Arc::default()
    }

    /// How a method talks and how its messages are encoded, for wires on which a request does not
    /// say whether it opens a stream (gRPC). An empty `package` means any.
    ///
    /// # Errors
    /// No such service or method.
    fn find(
        &self,
        package: &str,
        service: &str,
        method: &str,
    ) -> Result<(Mode, PayloadCodec), ApplicationException>;

    /// A client opened `stream`. The returned future is spawned by the transport, which writes the trailer
    /// from its result, and turns a panic into one. `cancellation` fires when the stream ends before the handler does.
    ///
    /// # Errors
    /// No such service or method, or a method that does not stream.
    fn open_stream(
        &self,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> Result<StreamHandler, ApplicationException>;

    /// A ping-pong request arrived; `args` is the Args struct, without envelope. The flag tells whether the IDL
    /// says oneway, in which case nothing may be answered.
    ///
    /// # Errors
    /// No such service or method, or a streaming method.
    fn ping_pong(
        &self,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> Result<(PingPongHandler, bool), ApplicationException>;
}
