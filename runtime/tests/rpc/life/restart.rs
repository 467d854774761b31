//! A rolling restart of two servers under load.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::Error;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::rpc_support::{PeerClient, reserved};
use crate::wires::{ALL, PATIENT, Wire, server};

/// Callers at a time.
const CALLERS: usize = 4;
/// How often each of the two servers is restarted.
const ROUNDS: usize = 3;

/// A server that can be restarted at its address.
struct Restartable {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Restartable {
    async fn start(address: SocketAddr) -> Self {
        let bound = server().bind(address).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = bound.serve_with_shutdown(async { drop(stopped.await) });
        let serving = tokio::spawn(async { serving.await.unwrap() });
        Self {
            address,
            stop,
            serving,
        }
    }

    async fn restart(self) -> Self {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
        // Down for a moment, as a process would be.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Self::start(self.address).await
    }
}

/// What the callers have seen.
#[derive(Default)]
struct Seen {
    over: AtomicBool,
    made: AtomicUsize,
    lost: AtomicUsize,
}

impl Seen {
    /// Calls until the restarts are over. A call is made again only if that is safe.
    async fn calls(self: Arc<Self>, wire: Wire, client: PeerClient) {
        while !self.over.load(Ordering::SeqCst) {
            match wire.call(&client, PATIENT).await {
                Ok(()) => {
                    self.made.fetch_add(1, Ordering::SeqCst);
                }
                Err(error) if error.is_retryable() => {}
                Err(error) => self.lose(wire, &error),
            }
        }
    }

    fn lose(&self, wire: Wire, error: &Error) {
        let closed = !error.is_timeout() && error.biz_status().is_none();
        assert!(closed, "{wire:?}: {error}");
        self.lost.fetch_add(1, Ordering::SeqCst);
    }
}

async fn lost_in_a_rolling_restart(wire: Wire) -> (usize, usize) {
    let mut one = Restartable::start(reserved()).await;
    let mut other = Restartable::start(reserved()).await;
    let client = wire.client(&[one.address.to_string(), other.address.to_string()]);
    let (seen, mut callers) = (Arc::new(Seen::default()), JoinSet::new());
    for _ in 0..CALLERS {
        callers.spawn(Arc::clone(&seen).calls(wire, client.clone()));
    }
    for _ in 0..ROUNDS {
        one = one.restart().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        other = other.restart().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    seen.over.store(true, Ordering::SeqCst);
    callers.join_all().await;
    (
        seen.made.load(Ordering::SeqCst),
        seen.lost.load(Ordering::SeqCst),
    )
}

#[tokio::test]
async fn a_rolling_restart_under_load_loses_no_call_that_could_be_made() {
    for wire in ALL {
        let (made, lost) = lost_in_a_rolling_restart(wire).await;
        assert!(made > 0, "{wire:?}");
        // gRPC says with a GOAWAY which calls it has not seen, and a short connection carries one
        // call only. Nothing tells a client of the others to go: a server can close a connection while
        // a call is on its way to it, and nobody can say whether that was seen. One such call for each
        // connection, at most.
        let at_most = match wire {
            Wire::GrpcUnary | Wire::GrpcStream | Wire::Short => 0,
            Wire::Mux | Wire::Long | Wire::Framed | Wire::TtHeader => 2 * ROUNDS * CALLERS,
        };
        assert!(lost <= at_most, "{wire:?}: lost {lost} of {}", made + lost);
    }
}
