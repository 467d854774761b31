//! Servers that register themselves, and clients that find them there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::fleet::{
    Fleet, Instance, Listing, Registering, Registration, Registry, Resolver, Updates,
};
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{Error, Result, Server, ServerBuilder};
use tokio::time::{Instant, sleep};

use crate::hosts::{address, ask, builder};
use crate::rpc_support::{Peer, PeerServer};
use crate::wires::Wire;

/// How long an entry stays that nobody renews.
const LEASE: Duration = Duration::from_secs(1);
/// How often clients look at the list.
const LOOK: Duration = Duration::from_millis(50);

/// A store in memory whose entries go when nobody renews them.
#[derive(Debug, Clone, Default)]
struct Store(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<String, (Instance, Instant)>,
    is_down: bool,
    /// How long a removal takes.
    removal: Duration,
}

impl Store {
    /// # Errors
    /// The store is down.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T> {
        let mut state = self.0.lock().unwrap();
        match state.is_down {
            true => Err(Error::application("the store is down")),
            false => Ok(change(&mut state)),
        }
    }

    fn goes_down(&self, is_down: bool) {
        self.0.lock().unwrap().is_down = is_down;
    }
}

impl Registry for Store {
    async fn register(&self, one: &Registration, listing: &mut Listing) -> Result<()> {
        assert_eq!(one.service(), "peer");
        loop {
            let (key, instance) = (one.to_string(), one.instance().clone());
            self.change(|state| {
                state
                    .entries
                    .insert(key, (instance, Instant::now() + LEASE))
            })?;
            listing.confirm();
            sleep(LEASE / 3).await;
        }
    }

    async fn deregister(&self, one: &Registration) -> Result<()> {
        self.change(|state| state.entries.remove(&one.to_string()))?;
        let removal = self.0.lock().unwrap().removal;
        sleep(removal).await;
        Ok(())
    }
}

impl Resolver for Store {
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        assert_eq!(destination, "peer");
        loop {
            updates.set(self.change(|state| {
                let now = Instant::now();
                state.entries.retain(|_, (_, until)| *until > now);
                let instances = state.entries.values();
                instances.map(|(instance, _)| instance.clone()).collect()
            })?);
            sleep(LOOK).await;
        }
    }
}

fn server(nth: usize, store: &Store) -> ServerBuilder {
    let prefix = ["0:", "1:"][nth];
    let service = PeerServer::from(Arc::new(Peer {
        prefix,
        ..Peer::default()
    }));
    let registering = Registering::new("peer", store.clone()).advertise(address(nth));
    Server::builder().add_service(service).registry(registering)
}

async fn serve(network: &Network, nth: usize, store: &Store) -> Serving {
    let server = server(nth, store);
    network.serve(&address(nth), server).await.unwrap()
}

/// Which of the two instances answer, of ten calls of which none fails.
async fn answering(network: &Network, store: &Store) -> [bool; 2] {
    let fleet = Fleet::new(store.clone());
    let client = builder(network, Wire::TtHeader, fleet).build().unwrap();
    let mut answered = [false; 2];
    for _ in 0..10 {
        answered[ask(Wire::TtHeader, &client).await.unwrap()] = true;
    }
    answered
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_killed_is_gone_within_its_lease_and_returns_when_it_restarts() {
    let (network, store) = (Network::new(1), Store::default());
    let killed = serve(&network, 0, &store).await;
    let _stays = serve(&network, 1, &store).await;
    sleep(LOOK).await;
    assert_eq!(answering(&network, &store).await, [true, true]);
    killed.kill().await;
    sleep(LEASE + LOOK).await;
    assert_eq!(answering(&network, &store).await, [false, true]);
    let _returns = serve(&network, 0, &store).await;
    sleep(LOOK).await;
    assert_eq!(answering(&network, &store).await, [true, true]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_removes_itself_first_and_serves_meanwhile() {
    let (network, store) = (Network::new(1), Store::default());
    store.0.lock().unwrap().removal = Duration::from_secs(2);
    let stops = serve(&network, 0, &store).await;
    let _stays = serve(&network, 1, &store).await;
    sleep(LOOK).await;
    // It dials when it has its first call, which is after the beginning of the stop.
    let late = Fleet::new(store.clone());
    let late = builder(&network, Wire::TtHeader, late).build().unwrap();
    let direct = Wire::TtHeader
        .builder(&[address(0)])
        .dial(network.host("a"));
    let direct = direct.build().unwrap();
    let stopped = tokio::spawn(stops.stop());
    sleep(LOOK).await;
    assert_eq!(ask(Wire::TtHeader, &direct).await.unwrap(), 0);
    for _ in 0..10 {
        assert_eq!(ask(Wire::TtHeader, &late).await.unwrap(), 1);
    }
    assert!(!stopped.is_finished());
    stopped.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_or_does_not_answer_holds_up_no_stop() {
    for (is_down, longest) in [(true, 0), (false, 3)] {
        let (network, store) = (Network::new(1), Store::default());
        let server = serve(&network, 0, &store).await;
        sleep(LOOK).await;
        store.goes_down(is_down);
        store.0.lock().unwrap().removal = Duration::from_secs(3600);
        let began = Instant::now();
        server.stop().await.unwrap();
        assert_eq!(began.elapsed().as_secs(), longest);
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_down_calls_go_on_and_afterwards_it_has_its_entries_again() {
    let (network, store) = (Network::new(1), Store::default());
    let _one = serve(&network, 0, &store).await;
    let _other = serve(&network, 1, &store).await;
    sleep(LOOK).await;
    let fleet = Fleet::new(store.clone());
    let client = builder(&network, Wire::TtHeader, fleet).build().unwrap();
    ask(Wire::TtHeader, &client).await.unwrap();
    store.goes_down(true);
    for _ in 0..10 {
        sleep(LEASE).await;
        ask(Wire::TtHeader, &client).await.unwrap();
    }
    store.0.lock().unwrap().entries.clear();
    store.goes_down(false);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(answering(&network, &store).await, [true, true]);
    ask(Wire::TtHeader, &client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_before_its_store_is_listed_once_that_is_there() {
    let (network, store) = (Network::new(1), Store::default());
    store.goes_down(true);
    let _server = serve(&network, 0, &store).await;
    sleep(Duration::from_secs(60)).await;
    store.goes_down(false);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(answering(&network, &store).await, [true, false]);
}

#[tokio::test]
async fn a_server_without_an_address_that_it_could_register_is_not_built() {
    let (network, store) = (Network::new(1), Store::default());
    let registering = || Registering::new("peer", store.clone());
    let server = |registering| {
        let service = PeerServer::from(Arc::new(Peer::default()));
        Server::builder().add_service(service).registry(registering)
    };
    let nowhere = network.serve("b:80", server(registering())).await;
    let said = nowhere.expect_err("it has no address").to_string();
    assert!(said.contains("set `.advertise(…)`"), "{said}");
    let invoker = server(registering().advertise("b:80")).invoker();
    let said = invoker.expect_err("it has no address").to_string();
    assert!(said.contains("`.registry(…)` has no effect"), "{said}");
    let bound = server(registering()).bind("127.0.0.1:0").await;
    bound.expect("it advertises what it listens on");
}
