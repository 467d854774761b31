//! The wires. Each protocol is one folder that ends in the traits of this file and, for clients, of
//! [`wire`]; everything above them (typed streams, client, server) exists once, for all protocols.
//! So do dialling and the pools of connections below the clients' wires.

pub mod detect;
pub mod grpc;
mod guard;
pub mod io;
mod outgoing;
pub mod pingpong;
mod pool;
mod stall;
mod supervisor;
mod table;
#[cfg(feature = "tls")]
pub mod tls;
pub mod ttstream;
pub mod wire;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

use crate::cancellation::Cancellation;
use crate::codec::{ApplicationException, DecodeError, Encode};
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::{Mode, PayloadCodec};

pub use crate::deadline::Deadline;
pub use outgoing::Outgoing;
pub use stall::STALL_TIMEOUT;
use stall::drain;
pub use supervisor::Supervisor;
pub(crate) use table::{WireSettings, Wires};

/// One open stream of either side, with messages as undecoded payloads.
///
/// All methods take `&self`, so that a sender and a receiver on two tasks can share one stream.
/// At most one task may poll each direction at a time: a second poller replaces the first one's
/// waker (ttheader-streaming.md 7.3 forbids concurrent Sends and concurrent Recvs alike).
pub trait RawStream: Send + Sync + 'static {
    /// Ready when the connection's out buffer is below its high-water mark (back-pressure), or
    /// when sending would fail at once.
    fn poll_send_ready(&self, cx: &mut TaskContext<'_>) -> Poll<Result<()>>;

    /// Queues one message. Never waits: call [`RawStream::poll_send_ready`] first.
    ///
    /// # Errors
    /// The stream's end error once it has ended; code 12005 after a half-close.
    fn send(&self, message: &dyn Encode) -> Result<()>;

    /// Whether messages that are sent from here on are compressed, if the stream has an encoding.
    /// They are, unless told otherwise. Nothing on wires without compression.
    fn set_message_compression(&self, _on: bool) {}

    /// Half-closes (client side only). Later calls do nothing and succeed.
    ///
    /// # Errors
    /// None once the stream is half-closed or ended.
    fn close_send(&self) -> Result<()>;

    /// Moves messages that have arrived into `batch`, many at a time. `Ready(Ok(true))`: at least
    /// one message was added. `Ready(Ok(false))`: clean end of stream. Errors and end are sticky, and come
    /// only after all messages that arrived before them. Nothing is lost when the caller stops
    /// polling.
    fn poll_recv(
        &self,
        cx: &mut TaskContext<'_>,
        batch: &mut VecDeque<Bytes>,
    ) -> Poll<Result<bool>>;

    /// The peer's header (client side): waits for it, or for the end of the stream.
    fn poll_header(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// The peer's trailer (client side): waits for the end of the stream.
    fn poll_trailer(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// Ends the stream from this side at once; the peer learns the reason where the wire can tell
    /// it (TTHeader Streaming: RST, statement 63). Does nothing on a stream that has ended.
    fn cancel(&self, reason: CancelReason);

    /// The error of a single `recv` that took longer than `timeout`, while the stream goes on: its
    /// number and its text are the wire's own (client side only).
    fn recv_timed_out(&self, timeout: Duration) -> Error {
        Error::new(
            ErrorKind::Timeout,
            0,
            format!("recv took longer than {timeout:?}"),
        )
    }

    /// Leaves the stream to run to its end without its user: dropping it no longer cancels it
    /// (client side). For a client-streaming call whose response has been received (statement 49).
    fn detach(&self);

    /// Merges into the header that has not been sent yet (server side).
    ///
    /// # Errors
    /// `stream header already sent`.
    fn set_header(&self, header: Metadata) -> Result<()>;

    /// Merges and sends the header now (server side).
    ///
    /// # Errors
    /// `stream header already sent`.
    fn send_header(&self, header: Metadata) -> Result<()>;

    /// Merges into the trailer (server side).
    ///
    /// # Errors
    /// `stream trailer already sent`; a key that begins with `biz-`, which Kitex reserves.
    fn set_trailer(&self, trailer: Metadata) -> Result<()>;
}

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
        stream: Arc<dyn RawStream>,
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
