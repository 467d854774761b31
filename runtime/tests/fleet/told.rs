//! What a balancer is told of calls: the same whether or not somebody observes them.

use std::sync::{Arc, Mutex};

use streamgen_runtime::fleet::{Balancer, Fleet, LeastStreams, Member, Outcome, Picker, Picking};
use streamgen_runtime::middleware::{TracedCall, Tracer};
use streamgen_runtime::testing::Network;

use crate::hosts::{ask, builder, first, serve};
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

/// A picker around that of [`LeastStreams`], which needs to be told of calls itself. Counts what it is told: how many
/// began or opened a stream, and how many ended.
#[derive(Clone, Default)]
struct Around(Arc<Mutex<[usize; 2]>>);

struct Counting {
    inner: Box<dyn Picker>,
    told: Around,
}

impl Balancer for Around {
    fn picker(&self, members: &[Arc<Member>]) -> Box<dyn Picker> {
        let (inner, told) = (LeastStreams.picker(members), self.clone());
        Box::new(Counting { inner, told })
    }
}

impl Picker for Counting {
    fn pick(&self, picking: &Picking<'_>) -> streamgen_runtime::Result<Option<usize>> {
        self.inner.pick(picking)
    }

    fn begun(&self, index: usize, member: &Member) {
        self.told.0.lock().unwrap()[0] += 1;
        assert!(member.running() > 0, "its call runs");
        self.inner.begun(index, member);
    }

    fn done(&self, index: usize, member: &Member, outcome: Outcome) {
        self.told.0.lock().unwrap()[1] += 1;
        assert_eq!(member.running(), 0, "its call runs no more");
        self.inner.done(index, member, outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn a_picker_around_another_one_hears_each_call_begin_and_end() {
    let network = Network::new(1);
    let _servers = [serve(&network, 0).await, serve(&network, 1).await];
    for (wire, begun) in [(Wire::Framed, 1), (Wire::Mux, 2)] {
        let around = Around::default();
        let fleet = Fleet::new(first(2)).balancer(around.clone());
        let client = builder(&network, wire, fleet).build().unwrap();
        let [one, other] = [ask(wire, &client).await, ask(wire, &client).await];
        assert_ne!(one.unwrap(), other.unwrap(), "the other one waits longer");
        let told = *around.0.lock().unwrap();
        // A call that opens a stream tells so once more.
        assert_eq!(told, [2 * begun, 2], "{wire:?}");
    }
}
