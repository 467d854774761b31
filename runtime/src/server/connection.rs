//! One accepted connection: what it speaks, and who serves that.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::transport::Dispatch;
use crate::transport::detect::{DEFAULT_DETECTION_TIMEOUT, Protocol, detect};
use crate::transport::grpc::server::Stop;
use crate::transport::grpc::{self, GrpcLimits};
use crate::transport::pingpong::{self, PingPongServerConfig};
use crate::transport::ttstream::{self, Limits, Socket};

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            detection_timeout: DEFAULT_DETECTION_TIMEOUT,
            limits: Limits::default(),
            ping_pong: PingPongServerConfig::default(),
            grpc: GrpcLimits::server(),
            exit_wait: EXIT_WAIT,
        }
    }
}

/// Serves `socket` to its end, or until `stopping` is closed and nothing runs on it any more.
pub(super) async fn serve_connection(
    mut socket: TcpStream,
    dispatch: Arc<dyn Dispatch>,
    settings: Settings,
    mut stopping: watch::Receiver<()>,
) {
    let mut shutdown = pin!(async move { while stopping.changed().await.is_ok() {} });
    let mut first = BytesMut::new();
    let protocol = tokio::select! {
        biased;
        protocol = detect(&mut socket, &mut first, settings.detection_timeout) => protocol,
        () = &mut shutdown => return,
    };
    match protocol {
        Some(Protocol::TtHeaderStreaming) => {
            let socket = Socket::from(socket);
            let serving = ttstream::server::serve_connection(
                socket,
                first,
                dispatch,
                settings.limits,
                shutdown,
            );
            serving.await;
        }
        Some(Protocol::PingPong) => {
            // Only an already broken socket refuses, and reading it will say so.
            let _ = socket.set_nodelay(true);
            let peer = socket.peer_addr().ok();
            let config = settings.ping_pong;
            pingpong::serve_connection(socket, first, peer, dispatch, config, shutdown).await;
        }
        Some(Protocol::Http2) => {
            let _ = socket.set_nodelay(true);
            let peer = socket.peer_addr().ok();
            let stop = Stop {
                begin: shutdown,
                wait: settings.exit_wait,
            };
            grpc::server::serve_connection(socket, first, peer, dispatch, settings.grpc, stop)
                .await;
        }
        // Nobody's protocol, too slow, or a probe: closed without an answer (statement 90).
        None => {}
    }
}
