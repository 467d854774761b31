//! Servers that restart one after the other, while clients call them over every wire: nobody notices.

use std::time::Duration;

use streamgen_runtime::fleet::{Fleet, Resolver, StaticList, Updates};
use streamgen_runtime::server::Stopped;
use streamgen_runtime::testing::{Faults, Host, Network, Serving, check};
use streamgen_runtime::{ClientBuilder, Result};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::hosts::{address, first, instance};
use crate::load::{ALL, Call, Load, Set, server};

const MILLI: Duration = Duration::from_millis(1);
const INSTANCES: usize = 3;
/// Longer than a message takes on the network in memory.
const TOLD: Duration = Duration::from_millis(100);

/// A client of a fleet on the network in memory.
struct InMemory<R>(Host, R);

impl<R: Resolver + Clone> Set for InMemory<R> {
    fn on<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let fleet = Fleet::new(self.1.clone());
        builder.dial(self.0.clone()).fleet(fleet)
    }
}

/// The registry of a test: the instances that are registered now.
#[derive(Clone)]
struct Registered(watch::Receiver<Vec<usize>>);

impl Resolver for Registered {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        let mut registered = self.0.clone();
        loop {
            let now = registered.borrow_and_update().clone();
            updates.set(now.into_iter().map(instance).collect());
            if registered.changed().await.is_err() {
                return Ok(());
            }
        }
    }
}

/// Starts the n-th instance as soon as the one before it takes no more connections.
async fn serve(network: &Network, nth: usize) -> Serving {
    loop {
        let server = server().drain_delay(TOLD);
        match network.serve(&address(nth), server).await {
            Ok(serving) => return serving,
            Err(_) => sleep(MILLI).await,
        }
    }
}

/// Restarts every instance while `calls` are made by way of `resolver`. `registry` is told of each
/// restart.
async fn restart_all<R: Resolver + Clone>(
    network: Network,
    calls: &[Call],
    resolver: R,
    registry: watch::Sender<Vec<usize>>,
) {
    network.faults(Faults {
        latency: MILLI..40 * MILLI,
        ..Faults::default()
    });
    let mut servers = Vec::new();
    for nth in 0..INSTANCES {
        servers.push(serve(&network, nth).await);
    }
    let load = Load::begin(calls, &InMemory(network.host("a"), resolver), 10 * MILLI);
    for nth in 0..INSTANCES {
        sleep(700 * MILLI).await;
        registry.send_replace((0..INSTANCES).filter(|one| *one != nth).collect());
        let old = servers.remove(0);
        let (stopped, next) = tokio::join!(old.stop(), serve(&network, nth));
        stopped.unwrap();
        servers.push(next);
        registry.send_replace((0..INSTANCES).collect());
    }
    load.end().await;
}

#[test]
fn nobody_notices_when_a_registry_tells_of_restarts() {
    check(0..2, async |network: Network| {
        let (registry, registered) = watch::channel((0..INSTANCES).collect());
        restart_all(network, &ALL, Registered(registered), registry).await;
    });
}

/// A client learns from the wire alone. Framed cannot tell: an answer and the end of its connection are
/// apart on this network, and the client may send its next request between the two.
#[test]
fn nobody_notices_although_no_registry_tells_of_restarts() {
    let calls: Vec<_> = ALL.into_iter().filter(|one| *one != Call::Framed).collect();
    check(0..2, async |network: Network| {
        let (nobody, _) = watch::channel(Vec::new());
        restart_all(network, &calls, first(INSTANCES), nobody).await;
    });
}

/// A server on loopback.
struct OnLoopback {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<Stopped>>,
}

/// Starts a server as soon as the one before it has closed its listener.
async fn start(on: &str) -> (OnLoopback, String) {
    let bound = loop {
        match server().bind(on).await {
            Ok(bound) => break bound,
            Err(_) => sleep(MILLI).await,
        }
    };
    let address = bound.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { drop(stopped.await) };
    let serving = tokio::spawn(bound.serve_until(shutdown));
    (OnLoopback { stop, serving }, address)
}

/// Fixed addresses on loopback.
struct Loopback(Vec<String>);

impl Set for Loopback {
    fn on<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.fleet(Fleet::new(StaticList::of_addresses(&self.0).unwrap()))
    }
}

/// Callers make no pause here, so that calls run whenever a connection closes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_notices_restarts_on_loopback() {
    let (mut servers, mut addresses) = (Vec::new(), Vec::new());
    for _ in 0..INSTANCES {
        let (server, address) = start("127.0.0.1:0").await;
        servers.push(server);
        addresses.push(address);
    }
    let load = Load::begin(&ALL, &Loopback(addresses.clone()), Duration::ZERO);
    for address in &addresses {
        sleep(200 * MILLI).await;
        let old = servers.remove(0);
        old.stop.send(()).unwrap();
        let (next, _) = start(address).await;
        servers.push(next);
        let stopped = old.serving.await.unwrap().unwrap();
        assert!(stopped.is_clean(), "{stopped}");
    }
    load.end().await;
}
