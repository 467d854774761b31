//! The bounds of a gRPC connection.

use std::time::Duration;

use super::compression::Encoding;
use super::message::PREFIX_LEN;

/// Largest message received; see [`GrpcLimits::max_message`].
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// What a peer may send on one stream before its messages are taken.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// What a peer may send on one connection before its messages are taken.
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;
/// Streams that a client may have open at a time at a server.
const MAX_STREAMS: u32 = 1 << 16;
/// Size of all headers of one request or response, as HTTP/2 counts it. Kitex's own, without its
/// being announced: clients with large metainfo fail when they are told less (A.17).
const MAX_HEADER_LIST: u32 = 16 * 1024 * 1024;
/// Silence after which a server asks whether the client is still there; Kitex's default.
const SERVER_KEEPALIVE: Duration = Duration::from_secs(2 * 3600);
/// How long the answer may take; Kitex's default.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// The window of a connection of which nothing was said; no window begins with less (RFC 9113, 6.9.2).
const DEFAULT_WINDOW: u32 = 65_535;
/// h2 charges what an unread DATA frame is shorter than this.
const SHORT: u64 = 256;

/// Bounds of one gRPC connection, of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrpcLimits {
    /// The largest message received, in bytes, decompressed. A larger one ends its call with
    /// status 8 and nothing else. Default 64 MiB; many other implementations allow 4 MiB.
    pub max_message: usize,
    /// What the peer may send on one stream, in bytes, ahead of the `recv` calls. Default 1 MiB.
    pub stream_window: u32,
    /// The same for all streams of a connection together. Default 16 MiB.
    pub connection_window: u32,
    /// Streams that a client may have open at a time on one connection; it has to wait with
    /// further ones. Handlers that run on although their stream was reset are 1,024 more at most; beyond
    /// that, calls are refused. Default 65,536. Servers only.
    pub max_streams: u32,
    /// Size of all headers of a request, or of a response, in bytes as HTTP/2 counts them. A
    /// larger one ends its call. Default 16 MiB.
    pub max_header_list: u32,
    /// Silence after which the peer is pinged, so that a dead connection is found out. Default:
    /// 2 hours at a server, never at a client. Kitex's servers close connections of clients that
    /// ping more often than every 5 minutes.
    pub keepalive: Option<Duration>,
    /// Compresses all responses to clients that prefer this encoding. Servers only; a response to
    /// a compressed request is compressed the same way in any case. Default: none.
    pub response_encoding: Option<Encoding>,
    /// How long the answer to such a ping may take before the connection is closed. Default 20 s.
    pub keepalive_timeout: Duration,
}

impl GrpcLimits {
    pub(crate) fn server() -> Self {
        Self {
            keepalive: Some(SERVER_KEEPALIVE),
            ..Self::default()
        }
    }

    /// What unread short DATA frames may be worth before h2 closes the connection: as much as the
    /// connection's window costs when it is full of empty messages, each in a frame of its own.
    ///
    /// Kitex and grpc-go put every message in its own frame, so that short frames say nothing of a
    /// peer's intentions (E.6). But h2 keeps some 240 bytes for each, and shorter ones than a
    /// message's prefix nobody has a reason to send.
    pub(super) fn data_frame_budget(&self) -> usize {
        let window = self.connection_window.max(DEFAULT_WINDOW);
        let frames = u64::from(window) / PREFIX_LEN as u64;
        usize::try_from(frames * (SHORT - PREFIX_LEN as u64)).unwrap_or(usize::MAX)
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
        }
    }
}
