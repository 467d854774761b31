//! The bounds of a gRPC connection.

use std::time::Duration;

use crate::call::Encoding;
use crate::wire::{MinRate, SEND_TIMEOUT, spare_of};

/// Largest message received; see [`GrpcLimits::max_message`].
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// What a peer may send on one stream before the reader takes its messages.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// How much may wait for readers on one connection: twice the largest message.
const CONNECTION_WINDOW: u32 = 128 * 1024 * 1024;
/// How many streams a client may have open at a time on one connection to a server. Kitex and grpc-go
/// have no bound (`math.MaxUint32` in their `http2_server.go` and `server.go`), proxies and servers of
/// browsers have 100 to 250. Clients of Kitex share one connection among many streams that last
/// long; so many idle ones hold as much memory as the headers of a connection may.
const MAX_STREAMS: u32 = 1 << 14;
/// Size of all headers of one request or response, as HTTP/2 counts it: that of Go's `net/http`
/// (`DefaultMaxHeaderBytes`), and four times what a header of TTHeader can hold. Kitex and grpc-go
/// allow 16 MiB (`defaultServerMaxHeaderListSize`), grpc-go is about to allow 8 KiB
/// (`upcomingDefaultHeaderListSize`). It is not announced, because clients with large metainfo fail
/// when a smaller limit than theirs is announced to them (A.17).
const MAX_HEADER_LIST: u32 = 1024 * 1024;
/// What the calls of a connection may keep of headers: as for TTHeader Streaming.
const CONNECTION_HEADERS: usize = 16 * 1024 * 1024;
/// What may wait to be sent on one connection: twice the largest message.
const CONNECTION_OUTPUT: usize = 128 * 1024 * 1024;
/// What a running stream costs beside its messages, with room for what its handler keeps.
const STREAM: usize = 8 * 1024;
/// How long the peer may take to answer a ping; Kitex's default.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a peer may take for its preface and first SETTINGS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer may leave a frame unfinished. In that time, TCP repeats a lost segment six
/// times.
const FRAME_TIMEOUT: Duration = Duration::from_secs(10);

/// Bounds of one gRPC connection, of either side.
///
/// A stream may hold [`GrpcLimits::stream_window`] for its reader, and the arrived part of one message
/// of up to [`GrpcLimits::max_message`]; all streams together [`GrpcLimits::connection_window`]. A
/// reader that does nothing stops its own stream and no other, because the window of the connection
/// that the peer sees is the largest that HTTP/2 has, 2 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrpcLimits {
    /// The largest message received, in bytes, decompressed. A larger one ends its call with
    /// status 8 and nothing else. Default 64 MiB; many other implementations allow 4 MiB.
    pub max_message: usize,
    /// How many bytes the peer may send on one stream before the reader takes them with `recv`.
    /// Default 1 MiB.
    pub stream_window: u32,
    /// How many bytes may wait for readers on all streams of a connection together: messages and
    /// arrived parts of messages, and headers and trailers. If half of it waits, open streams go on,
    /// but a server refuses further ones (REFUSED_STREAM, which clients may repeat elsewhere or
    /// later), and a client makes further calls on another connection. If more waits, the streams
    /// that hold the most end with status 8 and lose what waits. Default 128 MiB, at least 128 KiB;
    /// the value must be larger than the largest message.
    ///
    /// What waits holds little more memory than it counts: at most about twice as much, and 16 MiB.
    /// One `recv` takes up to about 64 KiB of messages along, which count no longer. What all streams
    /// have at hand in this way keeps an eighth of this limit alive besides; when that is used up,
    /// each `recv` takes one message.
    ///
    /// The requests of running calls without stream may hold half as much besides. At that, a server
    /// refuses further streams, and a call whose request does not fit ends with status 8 before its
    /// handler runs. One request always fits.
    pub connection_window: u32,
    /// How many streams a client may have open at a time on one connection; the client has to wait
    /// with further streams. Handlers that run on although their stream was reset may be 1,024
    /// more; beyond that, the server refuses calls. Default 16,384. Servers only.
    pub max_streams: u32,
    /// Size of all headers of a request, or of a response, in bytes as HTTP/2 counts them. A
    /// larger one ends its call. Default 1 MiB.
    pub max_header_list: u32,
    /// How many bytes running calls of a connection may keep of the headers that the peer has sent,
    /// all together. A server refuses a further stream (REFUSED_STREAM), and a client ends the call
    /// with status 8. Default 16 MiB.
    pub connection_headers: usize,
    /// How many bytes may wait on a connection until its peer takes them: what senders have queued
    /// and the windows of the peer or its socket do not take. If half of it waits, senders wait after
    /// each message instead of after 64 KiB, a server refuses further streams (REFUSED_STREAM), and
    /// a client makes further calls on another connection. If more waits, a stream that cannot send
    /// ends (RST_STREAM with ENHANCE_YOUR_CALM, which gRPC takes for status 8). Default 128 MiB; the
    /// value must be larger than the largest message.
    pub connection_output: usize,
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
    /// Limits with which the peer of a connection can make this side hold `bytes` at most, as
    /// `docs/limits.md` adds them up. No limit is above its default, and none is below what 20 MiB
    /// give. The largest message is an eighth of what is left beside 16 MiB.
    pub fn within(bytes: usize) -> Self {
        let spare = spare_of(bytes);
        let default = Self::default();
        let of = |part: usize| u32::try_from(spare / part).unwrap_or(u32::MAX);
        Self {
            max_message: default.max_message.min(spare / 8),
            stream_window: default.stream_window.min(of(32)),
            connection_window: default.connection_window.min(of(4)),
            max_streams: default.max_streams.min(of(STREAM)),
            max_header_list: default.max_header_list.min(of(64)),
            connection_headers: default.connection_headers.min(spare / 16),
            connection_output: default.connection_output.min(spare / 4),
            ..default
        }
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
            connection_headers: CONNECTION_HEADERS,
            connection_output: CONNECTION_OUTPUT,
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
