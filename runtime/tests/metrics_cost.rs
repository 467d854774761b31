//! What counting costs while no recorder is installed: no message allocates for it, with a tracer or
//! without. This test is a program of its own, because other tests install recorders.

mod errors_support;
mod grpc_support;
mod rpc_support;

use std::sync::Arc;

use allocation_counter::measure;
use errors_support::Wire;
use rpc_support::{Peer, PeerClient, PeerServer, msg, start};
use streamgen_runtime::Server;
use streamgen_runtime::middleware::{Hooks, Tracer};
use tokio::runtime::Builder;

/// Messages each way in one measurement.
const MANY: u64 = 200;

/// Is told of everything, and keeps nothing.
struct Told;

impl Tracer for Told {}

#[test]
fn messages_of_a_stream_allocate_nothing_to_be_counted_by_nobody() {
    for wire in [Wire::Streaming, Wire::GrpcStream] {
        exchange_messages(wire, &Hooks::new());
        exchange_messages(wire, &Hooks::new().tracer(Told));
    }
}

fn exchange_messages(wire: Wire, hooks: &Hooks) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (mut stream, _server) = runtime.block_on(async {
        let service = PeerServer::from(Arc::new(Peer::default()));
        let server = Server::builder().hooks(hooks.clone());
        let server = start(server.add_service(service)).await;
        let client = wire.builder(PeerClient::builder("peer"), server.address);
        let client = client.hooks(hooks.clone()).build().unwrap();
        (client.bidi().await.unwrap(), server)
    });
    let mut exchange = || {
        runtime.block_on(async {
            for _ in 0..MANY {
                stream.send(msg("m")).await.unwrap();
                stream.recv().await.unwrap().unwrap();
            }
        });
    };
    exchange();
    let info = measure(&mut exchange);
    // The one allocation of a round trip is not for counting, which happens four times in it.
    let allowed = MANY + MANY / 10;
    assert!(info.count_total <= allowed, "{wire:?}, {hooks:?}: {info:?}");
    assert_eq!(info.count_current, 0, "{wire:?}, {hooks:?}: {info:?}");
}
