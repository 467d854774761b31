//! Finds the protocol of an accepted connection and lets it serve the connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "tls")]
use bytes::Bytes;
use bytes::BytesMut;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::events;
use super::identity::{Certificates, Own};
use super::lifecycle::Lifecycle;
use super::retire::Retire;
#[cfg(feature = "tls")]
use crate::call::in_time;
use crate::error::Side;
use crate::measure::OpenConnection;
use crate::wire::Dispatch;
use crate::wire::detect::{DEFAULT_DETECTION_TIMEOUT, detect};
use crate::wire::io::Accepted;
#[cfg(feature = "tls")]
use crate::wire::io::ByteStream;
use crate::wire::protocol::{Detected, Protocols, Stop};
#[cfg(feature = "tls")]
use crate::wire::tls::ServerTls;

/// How long a stopping server waits for its connections; Kitex's default.
const EXIT_WAIT: Duration = Duration::from_secs(5);

/// The settings of all connections of a server, whatever protocol they speak.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) detection_timeout: Duration,
    /// How long a stopping server lets calls and streams go on.
    pub(super) exit_wait: Duration,
    pub(super) retire: Retire,
    /// Speaks TLS, if set.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<ServerTls>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            detection_timeout: DEFAULT_DETECTION_TIMEOUT,
            exit_wait: EXIT_WAIT,
            retire: Retire::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

/// What serves the connections of a server.
pub(super) struct Parts {
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// The one that `dispatch` knows.
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) protocols: Protocols,
    pub(super) settings: Settings,
}

/// Serves a connection to its end, or until `stopping` is closed or the connection is old, and it has
/// no running call any more.
pub(super) async fn serve_connection(
    accepted: Accepted,
    dispatch: Arc<dyn Dispatch>,
    protocols: Protocols,
    settings: Settings,
    stopping: oneshot::Receiver<oneshot::Receiver<()>>,
) {
    accepted.prepare();
    let Accepted { mut io, peer } = accepted;
    let mut stop = Stop::new(stopping, settings.exit_wait);
    #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "only TLS tells"))]
    let mut certificates = None;
    #[cfg(feature = "tls")]
    if let Some(tls) = &settings.tls {
        // Boxed: connections without TLS shall not be larger for it.
        let secured = Box::pin(secure(io, peer, tls, settings.detection_timeout, &mut stop));
        let Some((secured, shown)) = secured.await else {
            return;
        };
        io = secured;
        certificates = (!shown.is_empty()).then(|| Arc::new(shown));
    }
    let (mut first, began) = (BytesMut::new(), Instant::now());
    let timeout = settings.detection_timeout;
    let detected = tokio::select! {
        biased;
        detected = detect(&mut io, &mut first, &protocols, timeout) => detected,
        () = stop.begun_and_nothing_comes() => return,
    };
    match detected {
        Some(protocol) => {
            let _open = OpenConnection::new(Side::Server, protocol.name());
            let detected = Detected { io, first, peer };
            let wire = protocol.name();
            let dispatch = own(
                dispatch,
                wire,
                certificates,
                settings.retire,
                peer,
                &mut stop,
            );
            protocol.serve(detected, dispatch, stop).await;
        }
        // The server closes the connection without an answer (statement 90).
        None => events::not_detected(peer, &first, began.elapsed() >= timeout),
    }
}

/// Wraps the server for the calls of this connection, if the connection needs it; see [`Own`]. Begins the
/// time after which the connection ends, as `retire` says.
fn own(
    dispatch: Arc<dyn Dispatch>,
    wire: &'static str,
    certificates: Option<Certificates>,
    retire: Retire,
    peer: Option<SocketAddr>,
    stop: &mut Stop,
) -> Arc<dyn Dispatch> {
    if certificates.is_none() && !retire.is_set() {
        return dispatch;
    }
    let supervisor = dispatch.supervisor(wire);
    if retire.is_set() {
        stop.retire(retire.begin(Arc::clone(&supervisor), peer));
    }
    Arc::new(Own {
        dispatch,
        supervisor,
        certificates,
    })
}

/// Makes the TLS handshake. Returns `None` if the handshake fails or takes longer than `limit`, or
/// if the server stops meanwhile.
#[cfg(feature = "tls")]
async fn secure(
    io: ByteStream,
    peer: Option<SocketAddr>,
    tls: &ServerTls,
    limit: Duration,
    stop: &mut Stop,
) -> Option<(ByteStream, Vec<Bytes>)> {
    let handshake = in_time(limit, tls.accept(io));
    let accepted = tokio::select! {
        biased;
        accepted = handshake => accepted,
        () = stop.begun_and_nothing_comes() => return None,
    };
    match accepted {
        Some(Ok(secured)) => return Some(secured),
        Some(Err(error)) => events::handshake_failed(peer, Some(&error)),
        None => events::handshake_failed(peer, None),
    }
    None
}
