//! One accepted connection: what it speaks, and who serves that.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::wire::Dispatch;
use crate::wire::detect::{DEFAULT_DETECTION_TIMEOUT, Protocol, detect};
use crate::wire::grpc::server::Stop;
use crate::wire::grpc::{self, GrpcLimits};
use crate::wire::io::{Accepted, ByteStream};
use crate::wire::pingpong::{self, PingPongServerConfig};
#[cfg(feature = "tls")]
use crate::wire::tls::ServerTls;
use crate::wire::ttheader::{self, Limits, Socket};

/// How long a stopping server waits for its connections; Kitex's default.
const EXIT_WAIT: Duration = Duration::from_secs(5);

/// Bounds of a server's connections.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) detection_timeout: Duration,
    pub(super) limits: Limits,
    pub(super) ping_pong: PingPongServerConfig,
    pub(super) grpc: GrpcLimits,
    /// How long a stopping server lets streams go on.
    pub(super) exit_wait: Duration,
    /// Speaks TLS, if set.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<ServerTls>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            detection_timeout: DEFAULT_DETECTION_TIMEOUT,
            limits: Limits::default(),
            ping_pong: PingPongServerConfig::default(),
            grpc: GrpcLimits::default(),
            exit_wait: EXIT_WAIT,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

/// Serves a connection to its end, or until `stopping` is closed and nothing runs on it any more.
pub(super) async fn serve_connection(
    accepted: Accepted,
    dispatch: Arc<dyn Dispatch>,
    settings: Settings,
    mut stopping: watch::Receiver<()>,
) {
    let shutdown = pin!(async move { while stopping.changed().await.is_ok() {} });
    accepted.prepare();
    let Accepted { io, peer } = accepted;
    #[cfg(feature = "tls")]
    if let Some(tls) = settings.tls.clone() {
        // Boxed: connections without TLS shall not be larger for it.
        return Box::pin(secured(io, &tls, peer, dispatch, settings, shutdown)).await;
    }
    serve_stream(io, peer, dispatch, settings, shutdown).await;
}

/// Serves a connection that begins with a TLS handshake. One that fails concerns nobody else.
#[cfg(feature = "tls")]
async fn secured<S>(
    io: ByteStream,
    tls: &ServerTls,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    settings: Settings,
    mut shutdown: Pin<&mut S>,
) where
    S: Future<Output = ()> + Send,
{
    let handshake = tokio::time::timeout(settings.detection_timeout, tls.accept(io));
    let accepted = tokio::select! {
        biased;
        accepted = handshake => accepted,
        () = &mut shutdown => return,
    };
    if let Ok(Ok(io)) = accepted {
        serve_stream(ByteStream::new(io), peer, dispatch, settings, shutdown).await;
    }
}

/// Finds out what the byte stream carries, and serves that.
async fn serve_stream<S>(
    mut io: ByteStream,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    settings: Settings,
    mut shutdown: Pin<&mut S>,
) where
    S: Future<Output = ()> + Send,
{
    let mut first = BytesMut::new();
    let protocol = tokio::select! {
        biased;
        protocol = detect(&mut io, &mut first, settings.detection_timeout) => protocol,
        () = &mut shutdown => return,
    };
    match protocol {
        Some(Protocol::TtHeaderStreaming) => {
            let socket = Socket::from(io).with_peer(peer);
            let (limits, wait) = (settings.limits, settings.exit_wait);
            let (stop, stopped) = oneshot::channel();
            let stopping = async move {
                shutdown.await;
                // Refused by a connection that is over, and then nobody waits.
                let _ = stop.send(());
                sleep(wait).await;
            };
            let shutdown = async move { drop(stopped.await) };
            let served =
                ttheader::server::serve_connection(socket, first, dispatch, limits, shutdown);
            // Dropped at the end of the wait, which cancels its handlers.
            tokio::select! {
                biased;
                () = served => {}
                () = stopping => {}
            }
        }
        Some(Protocol::PingPong) => {
            let config = settings.ping_pong;
            pingpong::serve_connection(io, first, peer, dispatch, config, shutdown).await;
        }
        Some(Protocol::Http2) => {
            let stop = Stop {
                begin: shutdown,
                wait: settings.exit_wait,
            };
            grpc::server::serve_connection(io, first, peer, dispatch, settings.grpc, stop).await;
        }
        // Nobody's protocol, too slow, or a probe: closed without an answer (statement 90).
        None => {}
    }
}
