//! What observing costs who does not observe: nothing. These tests have a process of their own, in which
//! nobody listens but who says so here.

mod errors_support;
mod grpc_support;
mod rpc_support;

use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use errors_support::{WIRES, Wire};
use rpc_support::{Peer, PeerClient, PeerServer, msg, start};
use streamgen_runtime::Server;
use tokio::runtime::{Builder, Runtime};
use tracing::subscriber::{NoSubscriber, with_default};
use tracing_subscriber::EnvFilter;

/// Calls, or streams that are opened and stay open, in one measurement.
const MANY: usize = 100;

/// A server, and a client that has called it already, on one thread.
fn warm(wire: Wire) -> (Runtime, PeerClient, rpc_support::Running) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (client, server) = runtime.block_on(async {
        let service = PeerServer::from(Arc::new(Peer::default()));
        let server = start(Server::builder().add_service(service)).await;
        let client = wire.client(server.address);
        for _ in 0..MANY {
            wire.ask(&client, "m".into(), None).await.unwrap();
        }
        (client, server)
    });
    (runtime, client, server)
}

/// What calls allocate on both sides.
fn calls(wire: Wire) -> AllocationInfo {
    let (runtime, client, _server) = warm(wire);
    measure(|| {
        runtime.block_on(async {
            for _ in 0..MANY {
                wire.ask(&client, "m".into(), None).await.unwrap();
            }
        });
    })
}

/// What idle streams hold on both sides.
fn idle_streams(wire: Wire) -> AllocationInfo {
    let (runtime, client, _server) = warm(wire);
    let mut streams = Vec::with_capacity(MANY);
    measure(|| {
        runtime.block_on(async {
            for _ in 0..MANY {
                let mut stream = client.bidi().await.unwrap();
                stream.send(msg("m")).await.unwrap();
                stream.recv().await.unwrap().unwrap();
                streams.push(stream);
            }
        });
    })
}

/// Runs with an observer of what `filter` lets through.
fn observed<T>(filter: &str, run: impl FnOnce() -> T) -> T {
    let filter: EnvFilter = filter.parse().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::sink)
        .finish();
    with_default(subscriber, run)
}

/// Two measurements of the same differ by buffers that happen to grow, never by one for each call.
fn same(one: u64, other: u64) -> bool {
    one.abs_diff(other) < MANY as u64 / 2
}

#[test]
fn calls_allocate_nothing_for_observers_that_are_not_there() {
    for wire in WIRES {
        let alone = with_default(NoSubscriber::new(), || calls(wire));
        let elsewhere = observed("app=trace", || calls(wire));
        assert!(
            same(alone.count_total, elsewhere.count_total),
            "{wire:?}: {alone:?} {elsewhere:?}"
        );
        // The measurement sees what there is to be seen.
        let observed = observed("streamgen=debug", || calls(wire));
        assert!(
            observed.count_total > alone.count_total + 2 * MANY as u64,
            "{wire:?}: {alone:?} {observed:?}"
        );
    }
}

#[test]
fn idle_streams_hold_nothing_for_observers_that_are_not_there() {
    for wire in [Wire::Streaming, Wire::GrpcStream] {
        let alone = with_default(NoSubscriber::new(), || idle_streams(wire));
        let elsewhere = observed("app=trace", || idle_streams(wire));
        let each = |info: &AllocationInfo| info.count_current / MANY as i64;
        assert_eq!(each(&alone), each(&elsewhere), "{wire:?}");
        let observed = observed("streamgen=info", || idle_streams(wire));
        assert!(each(&observed) > each(&alone), "{wire:?}");
    }
}
