//! The bounds of a gRPC connection.

use std::time::Duration;

use super::ledger::LEAST;
use super::message::PREFIX_LEN;
use crate::call::Encoding;
use crate::wire::SEND_TIMEOUT;

/// Largest message received; see [`GrpcLimits::max_message`].
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// What a peer may send on one stream before its messages are taken.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// What may wait on one connection before it gets no new streams: 256 streams whose readers do nothing.
const CONNECTION_WINDOW: u32 = 256 * 1024 * 1024;
/// Streams that a client may have open at a time at a server.
const MAX_STREAMS: u32 = 1 << 16;
/// Size of all headers of one request or response, as HTTP/2 counts it. Kitex's own, without its
/// being announced: clients with large metainfo fail when they are told less (A.17).
const MAX_HEADER_LIST: u32 = 16 * 1024 * 1024;
/// How long the answer may take; Kitex's default.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a peer may take for its preface and first SETTINGS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer may leave a frame unfinished; TCP repeats what was lost six times meanwhile.
const FRAME_TIMEOUT: Duration = Duration::from_secs(10);

/// The window of a stream of which nothing was said; none begins with less (RFC 9113, 6.9.2).
const DEFAULT_WINDOW: u32 = 65_535;
/// How many times [`GrpcLimits::connection_window`] is borne of short frames: streams that are open go on
/// where no new ones are opened.
const EXCESS: u64 = 4;
/// h2 charges what an unread DATA frame is shorter than this.
const SHORT: u64 = LEAST as u64;

/// Bounds of one gRPC connection, of either side.
///
/// What waits for readers is at most the number of streams times [`GrpcLimits::stream_window`], and of
/// each stream a message of which a part has arrived, up to [`GrpcLimits::max_message`]. A reader
/// that does nothing stops its own stream and no other: the window of the connection is the largest
/// that HTTP/2 has, 2 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrpcLimits {
    /// The largest message received, in bytes, decompressed. A larger one ends its call with
    /// status 8 and nothing else. Default 64 MiB; many other implementations allow 4 MiB.
    pub max_message: usize,
    /// What the peer may send on one stream, in bytes, ahead of the `recv` calls. Default 1 MiB.
    pub stream_window: u32,
    /// What may wait for readers on all streams of a connection together, in bytes; a DATA frame
    /// counts as 256 at least. Where more waits, streams that are open go on, each within its own
    /// window. A server refuses further ones (REFUSED_STREAM, which clients may repeat elsewhere or
    /// later), a client makes further calls on another connection. Default 256 MiB.
    ///
    /// A connection is closed when keeping short DATA frames that are not read costs four times as
    /// much, and more than one stream whose window is full of empty messages.
    pub connection_window: u32,
    /// Streams that a client may have open at a time on one connection; it has to wait with
    /// further ones. Handlers that run on although their stream was reset are 1,024 more at most; beyond
    /// that, calls are refused. Default 65,536. Servers only.
    pub max_streams: u32,
    /// Size of all headers of a request, or of a response, in bytes as HTTP/2 counts them. A
    /// larger one ends its call. Default 16 MiB.
    pub max_header_list: u32,
    /// Silence after which the peer is pinged, so that a dead connection is found out. `None`, the
    /// default: 2 hours at a server, 5 s at a client. [`Duration::MAX`]: never.
    ///
    /// A client pings only while calls are running, once behind each HEADERS or DATA of the server,
    /// and else not more often than every 5 minutes, whatever is set here: servers of Kitex, grpc-go,
    /// grpcio and grpc-java close connections of clients that ping more often (`too_many_pings`).
    /// No new calls are made on a connection whose ping is not answered within a second.
    pub keepalive: Option<Duration>,
    /// Compresses all responses to clients that prefer this encoding. Servers only; a response to
    /// a compressed request is compressed the same way in any case. Default: none.
    pub response_encoding: Option<Encoding>,
    /// How long the answer to such a ping may take before the connection is closed. Default 20 s.
    pub keepalive_timeout: Duration,
    /// How long a client may take for its preface and first SETTINGS before its server closes the
    /// connection. Default 10 s. A client gives its server the time of `connect_timeout`.
    pub handshake_timeout: Duration,
    /// How long the peer may be silent behind a part of a frame, or of a block of headers, before the
    /// connection is closed. Default 10 s.
    pub frame_timeout: Duration,
    /// How long the peer may take nothing of what is written to it before the connection is closed. Default
    /// 60 s. At a server [`ServerBuilder::send_timeout`](crate::ServerBuilder::send_timeout) wins.
    pub send_timeout: Duration,
}

impl GrpcLimits {
    /// What unread short DATA frames may be worth before h2 closes the connection: what keeps new
    /// streams away, some times over, and at least what one stream costs that is full of empty messages,
    /// each in a frame of its own.
    ///
    /// Kitex and grpc-go put every message in its own frame, so that short frames say nothing of a
    /// peer's intentions (E.6). But h2 keeps some 240 bytes for each, and shorter ones than a
    /// message's prefix nobody has a reason to send.
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
            send_timeout: SEND_TIMEOUT,
        }
    }
}
