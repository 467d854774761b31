//! The instances of a service, as an observer hears of them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::breaker::{BreakerRule, CircuitBreaker};
use streamgen_runtime::fleet::{
    Fleet, Instance, Listing, Registering, Registration, Registry, Resolver, RetryBudget,
    StaticList, Updates,
};
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{Error, Result, Server};

use crate::capture::Capture;
use crate::rpc_support::{Peer, PeerClient, PeerServer};

async fn serve(network: &Network, address: &str) -> Serving {
    let server = Server::builder().add_service(PeerServer::from(Arc::new(Peer::default())));
    network.serve(address, server).await.unwrap()
}

fn client(network: &Network, fleet: Fleet) -> PeerClient {
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    builder.fleet(fleet).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn changes_ejections_returns_and_a_spent_budget_are_told_once() {
    let seen = Capture::start();
    let network = Network::new(1);
    let _one = serve(&network, "one:80").await;
    let list = StaticList::of_addresses(["one:80", "two:80"]).unwrap();
    let fleet = Fleet::new(list).retry_budget(RetryBudget::new(0.0, 0.1));
    let client = client(&network, fleet);
    for _ in 0..4 {
        client.sum(1, vec![]).await.unwrap();
    }
    let changed = seen.events("INFO streamgen::client: instances changed");
    assert_eq!(changed.len(), 1);
    let field = |name| changed[0].fields.get(name);
    assert_eq!(field("destination"), Some("peer"));
    assert_eq!((field("added"), field("removed")), (Some("2"), Some("0")));
    let ejected = seen.events("INFO streamgen::client: instance ejected");
    assert_eq!(ejected.len(), 1);
    assert_eq!(ejected[0].fields.get("peer"), Some("two:80"));
    assert_eq!(ejected[0].fields.get("reason"), Some("Unreached"));
    // The budget was one call; the next one that meets the dead instance fails.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let failed = async {
        for _ in 0..4 {
            if client.sum(1, vec![]).await.is_err() {
                return;
            }
        }
        panic!("no call fails");
    };
    failed.await;
    assert_eq!(
        seen.events("DEBUG streamgen::client: retry budget spent")
            .len(),
        1
    );

    let _two = serve(&network, "two:80").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    for _ in 0..4 {
        client.sum(1, vec![]).await.unwrap();
    }
    assert_eq!(
        seen.events("INFO streamgen::client: instance returns")
            .len(),
        1
    );
}

/// Tells a list, fails, and tells nothing more.
struct Once(Mutex<bool>);

impl Resolver for Once {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        let told = std::mem::replace(&mut *self.0.lock().unwrap(), true);
        if told {
            std::future::pending().await
        }
        updates.set(vec![Instance::parse("one:80")?]);
        Err(Error::application("the registry is down"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_resolver_that_fails_is_told() {
    let seen = Capture::start();
    let network = Network::new(1);
    let _one = serve(&network, "one:80").await;
    let client = client(&network, Fleet::new(Once(Mutex::default())));
    client.sum(1, vec![]).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let told = seen.events("WARN streamgen::client: instances cannot be learned");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].fields.get("error"), Some("the registry is down"));
    // Half a second, a fifth more or less.
    let pause = told[0].fields.get("pause").unwrap();
    assert!(pause.ends_with("ms"), "{pause}");
}

#[tokio::test(start_paused = true)]
async fn each_state_of_a_breaker_is_told() {
    let seen = Capture::start();
    let network = Network::new(1);
    let breaker = CircuitBreaker::new().rule(BreakerRule::default().min_samples(2));
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    let client = builder
        .address("one:80")
        .middleware(breaker)
        .build()
        .unwrap();
    for _ in 0..5 {
        client.sum(1, vec![]).await.unwrap_err();
    }
    let open = seen.events("WARN streamgen::client: circuit breaker open");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].fields.get("of"), Some("/peer/Sum"));
    assert_eq!(open[0].fields.get("failures"), Some("2"));
    let _one = serve(&network, "one:80").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    for _ in 0..2 {
        client.sum(1, vec![]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    for state in ["half open", "closed"] {
        let told = seen.events(&format!("INFO streamgen::client: circuit breaker {state}"));
        assert_eq!(told.len(), 1, "{state}");
    }
}

/// Lists an instance at the second attempt, and loses it once.
#[derive(Default)]
struct Forgetful(Mutex<u32>);

impl Registry for Forgetful {
    async fn register(&self, _: &Registration, listing: &mut Listing) -> Result<()> {
        let attempt = {
            let mut attempts = self.0.lock().unwrap();
            *attempts += 1;
            *attempts
        };
        if attempt > 1 {
            listing.confirm();
            listing.confirm();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        match attempt {
            3 => Ok(()),
            _ => Err(Error::application("no store")),
        }
    }

    async fn deregister(&self, one: &Registration) -> Result<()> {
        match one.service() {
            "peer" => Ok(()),
            _ => Err(Error::application("no store")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_a_servers_entry_is_told_once() {
    let seen = Capture::start();
    let network = Network::new(1);
    let entry = |service| Registering::new(service, Forgetful::default()).advertise("one:80");
    let server = Server::builder().add_service(PeerServer::from(Arc::new(Peer::default())));
    let server = server.registry(entry("peer")).registry(entry("other"));
    let server = network.serve("one:80", server).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    server.stop().await.unwrap();
    for (text, times) in [
        ("WARN streamgen::server: registration failed", 2),
        ("WARN streamgen::server: registration lost", 2),
        ("INFO streamgen::server: registered", 4),
        ("INFO streamgen::server: deregistered", 1),
        ("WARN streamgen::server: deregistration failed", 1),
    ] {
        let events = seen.events(text);
        assert_eq!(events.len(), times, "{text}");
        let field = |name| events[0].fields.get(name);
        assert_eq!(field("instance"), Some("one:80"), "{text}");
        let error = text.starts_with("WARN").then_some("no store");
        assert_eq!(field("error"), error, "{text}");
    }
}
