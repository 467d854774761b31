//! One accepted connection: the protocol that it speaks serves it.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::watch;
use tokio::time::Instant;

use super::events;
use crate::wire::Dispatch;
use crate::wire::detect::{DEFAULT_DETECTION_TIMEOUT, detect};
use crate::wire::io::ByteStream;
use crate::wire::protocol::{Accepted, Protocols, Stop};
#[cfg(feature = "tls")]
use crate::wire::tls::ServerTls;

/// How long a stopping server waits for its connections; Kitex's default.
const EXIT_WAIT: Duration = Duration::from_secs(5);

/// What holds for the connections of a server, whatever they speak.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) detection_timeout: Duration,
    /// How long a stopping server lets calls and streams go on.
    pub(super) exit_wait: Duration,
    /// Speaks TLS, if set.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<ServerTls>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            detection_timeout: DEFAULT_DETECTION_TIMEOUT,
            exit_wait: EXIT_WAIT,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

/// Serves `io` to its end, or until `stopping` is closed and nothing runs on it any more.
pub(super) async fn serve_connection(
    mut io: ByteStream,
    dispatch: Arc<dyn Dispatch>,
    protocols: Protocols,
    settings: Settings,
    stopping: watch::Receiver<()>,
) {
    let peer = io.peer_addr();
    let mut stop = Stop::new(stopping, settings.exit_wait);
    #[cfg(feature = "tls")]
    if let Some(tls) = &settings.tls {
        // Boxed: connections without TLS shall not be larger for it.
        let secured = Box::pin(secure(io, tls, settings.detection_timeout, &mut stop));
        let Some(secured) = secured.await else { return };
        io = secured;
    }
    let (mut first, began) = (BytesMut::new(), Instant::now());
    let timeout = settings.detection_timeout;
    let detected = tokio::select! {
        biased;
        detected = detect(&mut io, &mut first, &protocols, timeout) => detected,
        () = stop.begun() => return,
    };
    match detected {
        Some(protocol) => {
            let accepted = Accepted { io, first, peer };
            protocol.serve(accepted, dispatch, stop).await;
        }
        // Closed without an answer (statement 90).
        None => events::not_detected(peer, &first, began.elapsed() >= timeout),
    }
}

/// Makes the TLS handshake; `None` if it fails, takes longer than `limit`, or the server stops
/// meanwhile.
#[cfg(feature = "tls")]
async fn secure(
    io: ByteStream,
    tls: &ServerTls,
    limit: Duration,
    stop: &mut Stop,
) -> Option<ByteStream> {
    let peer = io.peer_addr();
    let handshake = tokio::time::timeout(limit, tls.accept(io));
    let accepted = tokio::select! {
        biased;
        accepted = handshake => accepted,
        () = stop.begun() => return None,
    };
    match accepted {
        Ok(Ok(secured)) => return Some(secured),
        Ok(Err(error)) => events::handshake_failed(peer, Some(&error)),
        Err(_) => events::handshake_failed(peer, None),
    }
    None
}
