//! What a balancer is told of a stream that its user ends early: the same whether or not somebody observes it.

use std::sync::{Arc, Mutex};

use streamgen_runtime::fleet::{Balancer, Fleet, Member, Outcome, Picker, Picking};
use streamgen_runtime::middleware::{TracedCall, Tracer};
use streamgen_runtime::testing::Network;

use crate::hosts::{builder, first, serve};
use crate::rpc_support::msg;
use crate::wires::Wire;

/// Picks the first instance, and notes how calls ended there.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<Outcome>>>);

impl Balancer for Noting {
    fn picker(&self, _: &[Arc<Member>]) -> Box<dyn Picker> {
        Box::new(self.clone())
    }
}

impl Picker for Noting {
    fn pick(&self, _: &Picking<'_>) -> streamgen_runtime::Result<Option<usize>> {
        Ok(Some(0))
    }

    fn done(&self, _: usize, _: &Member, outcome: Outcome) {
        self.0.lock().unwrap().push(outcome);
    }
}

struct Silent;

impl Tracer for Silent {
    fn rpc_start(&self, _: &TracedCall) {}
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_finished_has_served_and_one_that_is_dropped_says_nothing() {
    for wire in [Wire::Mux, Wire::GrpcStream] {
        for observed in [false, true] {
            let network = Network::new(1);
            let _server = serve(&network, 0).await;
            let noting = Noting::default();
            let fleet = Fleet::new(first(1)).balancer(noting.clone());
            let mut client = builder(&network, wire, fleet);
            if observed {
                client = client.tracer(Silent);
            }
            let client = client.build().unwrap();
            client.bidi().await.unwrap().finish();
            client.collect().await.unwrap().finish();
            client.count(msg("m")).await.unwrap().finish();
            drop(client.bidi().await.unwrap());
            let told = std::mem::take(&mut *noting.0.lock().unwrap());
            let served = Outcome::Served;
            let expected = [served, served, served, Outcome::Unknown];
            assert_eq!(told, expected, "{wire:?}, observed: {observed}");
        }
    }
}
