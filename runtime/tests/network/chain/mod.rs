//! A calls B, which calls C: every shape of call, over every wire, while the network has the faults that the
//! seed draws. Whatever those are: every call ends, no message before its end is lost, doubled or out of
//! order, the end reaches C, and nothing is left.

mod calls;
mod node;
mod weather;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::testing::{Network, check};
use streamgen_runtime::{ClientBuilder, PoolMode, Transport, UnaryTransport};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::hosts::{settle, tasks};
use crate::rpc_support::PeerClient;
use calls::Call;
pub(crate) use node::Bug;
use node::{Node, Watch};
use weather::{Servers, Weather};

/// Longer than a pool lives on: it ends when it looks at its connections the next time, after a minute.
const POOLS_END: Duration = Duration::from_secs(120);

/// Clients of the host `from` for the server at `to`: one for each pair of wires.
fn clients(network: &Network, from: &'static str, to: &'static str) -> Vec<PeerClient> {
    // The default is the number of the machine's cores, with which a seed would mean something else elsewhere.
    let multiplexed = PoolMode::Mux { slots: 1 };
    let builder = || {
        let builder = PeerClient::builder("peer").address(to);
        builder.dial(network.host(from)).pool(multiplexed)
    };
    let all: [ClientBuilder<PeerClient>; 5] = [
        builder(),
        builder()
            .pool(PoolMode::LONG)
            .unary_transport(UnaryTransport::TtHeaderFramed),
        builder().unary_pool(multiplexed),
        builder().transport(Transport::Grpc),
        builder().pool(PoolMode::Short),
    ];
    all.into_iter().map(|one| one.build().unwrap()).collect()
}

/// Runs a chain, its calls and its weather, all of which the network's seed decides. B has the bug, if there
/// is one.
pub(crate) async fn chain(network: Network, bug: Option<Bug>) {
    let watch = Arc::<Watch>::default();
    let weather = Weather::draw(&network);
    weather.begin(&network);
    let between = clients(&network, "b", "c:80");
    let next = between[network.draw(0..between.len() as u64) as usize].clone();
    drop(between);
    let node = |next, bug| Node {
        next,
        bug,
        watch: Arc::clone(&watch),
    };
    let nodes = [("b:80", node(Some(next), bug)), ("c:80", node(None, None))];
    let mut servers = Servers::start(network.clone(), nodes.into()).await;

    let from_a = clients(&network, "a", "b:80");
    let mut calling = JoinSet::new();
    for _ in 0..network.draw(3..9) {
        let call = Call::draw(&network, from_a.len(), weather.is_calm());
        let client = from_a[call.client].clone();
        calling.spawn(async move { call.make(&client).await });
    }
    let calm = weather.is_calm();
    let calls = async {
        while let Some(ended) = calling.join_next().await {
            match ended {
                Ok(ended) => ended.check(calm),
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
    };
    tokio::join!(calls, weather.pass(&network, &mut servers));

    drop(from_a);
    weather::clear(&network);
    settle().await;
    assert_eq!(watch.wrong(), Vec::<String>::new());
    assert_eq!(watch.running(), 0, "handlers are left");
    servers.stop().await;
    sleep(POOLS_END).await;
    assert_eq!(network.connections(), 0, "connections are left");
    assert_eq!(tasks(), 0, "tasks are left");
}

/// A hundred seeds, or as many as the environment says.
#[test]
fn the_chain_holds_for_every_seed() {
    let count = env::var("STREAMGEN_SEEDS").ok();
    let count = count.map_or(100, |count| count.parse().expect("a number of seeds"));
    check(0..count, |network| chain(network, None));
}
