//! The bounds of a gRPC connection.

use std::time::Duration;

use super::ledger::LEAST;
use super::message::PREFIX_LEN;
use crate::call::Encoding;
use crate::wire::{MinRate, SEND_TIMEOUT};

/// Largest message received; see [`GrpcLimits::max_message`].
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// What a peer may send on one stream before the reader takes its messages.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// How much may wait for readers on one connection before it gets no new streams: 256 streams whose
/// readers do nothing.
const CONNECTION_WINDOW: u32 = 256 * 1024 * 1024;
/// How many streams a client may have open at a time on one connection to a server.
const MAX_STREAMS: u32 = 1 << 16;
/// Size of all headers of one request or response, as HTTP/2 counts it. Kitex has the same limit
/// and does not announce it; nor do we, because clients with large metainfo fail when a smaller
/// limit is announced to them (A.17).
const MAX_HEADER_LIST: u32 = 16 * 1024 * 1024;
/// How long the peer may take to answer a ping; Kitex's default.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a peer may take for its preface and first SETTINGS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer may leave a frame unfinished. In that time, TCP repeats a lost segment six
/// times.
const FRAME_TIMEOUT: Duration = Duration::from_secs(10);

/// The window of a stream until the peer has read our SETTINGS: no stream begins with a smaller one
/// before that (RFC 9113, 6.9.2).
const DEFAULT_WINDOW: u32 = 65_535;
/// How many times [`GrpcLimits::connection_window`] the charge for unread short frames may reach:
/// streams that are open may go on when no new stream is opened.
const EXCESS: u64 = 4;
/// h2 charges an unread DATA frame the bytes by which the frame is shorter than this.
const SHORT: u64 = LEAST as u64;

/// Bounds of one gRPC connection, of either side.
///
/// The bytes that wait for readers are at most the number of streams times
/// [`GrpcLimits::stream_window`]. In addition, each stream may hold the arrived part of one
/// message, of up to [`GrpcLimits::max_message`]. A reader that does nothing stops its own stream
/// and no other, because the window of the connection is the largest that HTTP/2 has, 2 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrpcLimits {
    /// The largest message received, in bytes, decompressed. A larger one ends its call with
    /// status 8 and nothing else. Default 64 MiB; many other implementations allow 4 MiB.
    pub max_message: usize,
    /// How many bytes the peer may send on one stream before the reader takes them with `recv`.
    /// Default 1 MiB.
    pub stream_window: u32,
    /// How many bytes may wait for readers on all streams of a connection together; a DATA frame
    /// counts as 256 bytes at least. If more wait, open streams go on, each within its own window.
    /// A server then refuses further streams (REFUSED_STREAM, which clients may repeat elsewhere or
    /// later), and a client makes further calls on another connection. Default 256 MiB.
    ///
    /// A connection is closed when keeping its unread short DATA frames costs four times this value, and
    /// also costs more than one stream whose window is full of empty messages.
    pub connection_window: u32,
    /// How many streams a client may have open at a time on one connection; the client has to wait
    /// with further streams. Handlers that run on although their stream was reset may be 1,024
    /// more; beyond that, the server refuses calls. Default 65,536. Servers only.
    pub max_streams: u32,
    /// Size of all headers of a request, or of a response, in bytes as HTTP/2 counts them. A
    /// larger one ends its call. Default 16 MiB.
    pub max_header_list: u32,
    /// Silence after which this side pings the peer, in order to find out a dead connection.
    /// `None`, the default: 2 hours at a server, 5 s at a client. [`Duration::MAX`]: never.
    ///
    /// A client pings only while calls are running. It pings once after each HEADERS or DATA of the
    /// server, and otherwise at most every 5 minutes, whatever this setting: servers of Kitex,
    /// grpc-go, grpcio and grpc-java close connections of clients that ping more often
    /// (`too_many_pings`). If the server does not answer a ping within a second, the client makes
    /// no new calls on that connection.
    pub keepalive: Option<Duration>,
    /// Compresses all responses to clients that prefer this encoding. A response to a compressed
    /// request is always compressed as the request was. Servers only. Default: none.
    pub response_encoding: Option<Encoding>,
    /// How long the peer may take to answer such a ping before the connection is closed. Default 20
    /// s.
    pub keepalive_timeout: Duration,
    /// How long a client may take for its preface and first SETTINGS before its server closes the
    /// connection. Default 10 s. A client limits the same for its server by `connect_timeout`.
    pub handshake_timeout: Duration,
    /// How long the peer may be silent after it has sent a part of a frame, or of a block of
    /// headers, before the connection is closed. Default 10 s.
    pub frame_timeout: Duration,
    /// How fast the peer must send a frame or a block of headers that it has begun; a slower one
    /// loses its connection. A message that lies in several DATA frames must arrive as fast while
    /// its reader waits for it, or else its call ends; to the call's credit, all bytes of the
    /// connection count. Default 500 bytes a second after 20 s. At a server, the value of
    /// [`ServerBuilder::min_rate`](crate::ServerBuilder::min_rate) overrides this one.
    pub min_rate: MinRate,
    /// How long the peer may take nothing of what is written to it before the connection is closed. Default
    /// 60 s. At a server [`ServerBuilder::send_timeout`](crate::ServerBuilder::send_timeout) wins.
    pub send_timeout: Duration,
}

impl GrpcLimits {
    /// The sum of charges for unread short DATA frames at which h2 closes the connection. It is the
    /// larger of two values: some times the limit above which a connection gets no new streams, and
    /// the charge for one stream whose window is full of empty messages, each in a frame of its
    /// own.
    ///
    /// Kitex and grpc-go put every message into its own frame, so short frames do not show a peer's
    /// bad intent (E.6). But h2 keeps some 240 bytes for each frame, and no peer has a reason to
    /// send frames that are shorter than a message's prefix.
    pub(super) fn data_frame_budget(&self) -> usize {
        let window = self.stream_window.max(DEFAULT_WINDOW);
        let frames = u64::from(window) / PREFIX_LEN as u64;
        let full = frames * (SHORT - PREFIX_LEN as u64);
        let budget = full.max(EXCESS * u64::from(self.connection_window));
        usize::try_from(budget).unwrap_or(usize::MAX)
    }
}

impl Default for GrpcLimits {
    fn default() -> Self {
        Self {
            max_message: MAX_MESSAGE,
            stream_window: STREAM_WINDOW,
            connection_window: CONNECTION_WINDOW,
            max_streams: MAX_STREAMS,
            max_header_list: MAX_HEADER_LIST,
            keepalive: None,
            response_encoding: None,
            keepalive_timeout: KEEPALIVE_TIMEOUT,
            handshake_timeout: HANDSHAKE_TIMEOUT,
            frame_timeout: FRAME_TIMEOUT,
            min_rate: MinRate::default(),
            send_timeout: SEND_TIMEOUT,
        }
    }
}
