//! Lists that change while a client calls.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::fleet::{
    Change, Fleet, Instance, Resolver, RetryBudget, RoundRobin, Updates,
};
use streamgen_runtime::testing::Network;
use streamgen_runtime::{Error, Result};
use tokio::sync::watch;

use crate::hosts::{LIMIT, ask, builder, instance, number, serve};
use crate::rpc_support::{PeerClient, msg};
use crate::wires::Wire;

/// Tells what the test says: instances, or that the registry is down.
struct Registry(watch::Receiver<Result<Vec<Instance>>>);

impl Resolver for Registry {
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        assert_eq!(destination, "peer");
        let mut lists = self.0.clone();
        loop {
            let list = lists.borrow_and_update().clone();
            updates.set(list?);
            if lists.changed().await.is_err() {
                return Ok(());
            }
        }
    }
}

fn registry(list: Result<Vec<Instance>>) -> (watch::Sender<Result<Vec<Instance>>>, Registry) {
    let (sender, receiver) = watch::channel(list);
    (sender, Registry(receiver))
}

/// Who answers of many calls.
async fn answering(client: &PeerClient) -> BTreeSet<usize> {
    let mut answered = BTreeSet::new();
    for _ in 0..20 {
        answered.insert(ask(Wire::Mux, client).await.unwrap());
    }
    answered
}

/// Lets the resolver's task run.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn calls_follow_the_list_and_streams_stay_where_they_are() {
    let network = Network::new(1);
    let mut servers = Vec::new();
    for nth in 0..3 {
        servers.push(serve(&network, nth).await);
    }
    let (lists, registry) = registry(Ok(vec![instance(0), instance(1)]));
    let changes = Arc::new(Mutex::new(Vec::<Change>::new()));
    let told = Arc::clone(&changes);
    let fleet = Fleet::new(registry);
    let fleet = fleet.on_change(move |change| told.lock().unwrap().push(change.clone()));
    let client = builder(&network, Wire::Mux, fleet).build().unwrap();
    assert_eq!(answering(&client).await, [0, 1].into());
    let mut streams = Vec::new();
    for _ in 0..2 {
        streams.push(client.bidi().timeout(LIMIT).await.unwrap());
    }

    lists.send(Ok(vec![instance(1), instance(2)])).unwrap();
    settle().await;
    assert_eq!(answering(&client).await, [1, 2].into());
    let mut there = BTreeSet::new();
    for stream in &mut streams {
        stream.send(msg("m")).await.unwrap();
        there.insert(number(&stream.recv().await.unwrap().unwrap().text));
    }
    assert_eq!(
        there,
        [0, 1].into(),
        "a stream outlives its instance's place in the list"
    );
    let changes = changes.lock().unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (&changes[1].added, &changes[1].removed),
        (&vec![instance(2)], &vec![instance(0)])
    );
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_down_keeps_what_was_known() {
    let network = Network::new(1);
    let _server = serve(&network, 0).await;
    let (lists, registry) = registry(Ok(vec![instance(0)]));
    let client = builder(&network, Wire::Mux, Fleet::new(registry))
        .build()
        .unwrap();
    assert_eq!(answering(&client).await, [0].into());
    lists
        .send(Err(Error::application("the registry is down")))
        .unwrap();
    settle().await;
    assert_eq!(answering(&client).await, [0].into());
    let _other = serve(&network, 1).await;
    lists.send(Ok(vec![instance(1)])).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(answering(&client).await, [1].into());
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_down_from_the_beginning_fails_calls_until_it_is_up() {
    let network = Network::new(1);
    let _server = serve(&network, 0).await;
    let (lists, registry) = registry(Err(Error::application("the registry is down")));
    let client = builder(&network, Wire::Mux, Fleet::new(registry))
        .build()
        .unwrap();
    let error = ask(Wire::Mux, &client).await.unwrap_err();
    assert_eq!(error.message(), "the registry is down");
    lists.send(Ok(vec![instance(0)])).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(answering(&client).await, [0].into());
}

/// Never tells anything.
struct Silent;

impl Resolver for Silent {
    async fn watch(&self, _: &str, _: &mut Updates) -> Result<()> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_the_first_list_as_long_as_it_may_connect() {
    let network = Network::new(1);
    let client = builder(&network, Wire::Mux, Fleet::new(Silent));
    let client = client
        .connect_timeout(Duration::from_secs(3))
        .build()
        .unwrap();
    let began = tokio::time::Instant::now();
    let error = ask(Wire::Mux, &client).await.unwrap_err();
    assert_eq!(error.message(), "no instance of peer is known yet");
    assert!(error.is_retryable());
    assert_eq!(began.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_resolver_ends_with_its_client() {
    let network = Network::new(1);
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let client = builder(&network, Wire::Mux, Fleet::new(Silent))
        .build()
        .unwrap();
    ask(Wire::Mux, &client).await.unwrap_err();
    assert_eq!(tasks(), 1);
    drop(client);
    settle().await;
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_earn_retries_where_there_is_another_instance() {
    let alone = vec![instance(1)];
    let two = vec![instance(1), instance(2)];
    for (list, may_go_on) in [(alone, false), (two, true)] {
        let network = Network::new(1);
        let _servers = [serve(&network, 1).await, serve(&network, 2).await];
        let (lists, registry) = registry(Ok(list));
        // Ten calls earn one retry.
        let budget = RetryBudget::new(0.1, 0.0);
        let fleet = Fleet::new(registry).balancer(RoundRobin);
        let client = builder(&network, Wire::Mux, fleet.retry_budget(budget));
        let client = client.build().unwrap();
        answering(&client).await;
        // Nobody serves the first one, which one of two calls in turn meets.
        lists.send(Ok(vec![instance(0), instance(1)])).unwrap();
        settle().await;
        let answers = [ask(Wire::Mux, &client).await, ask(Wire::Mux, &client).await];
        let went_well = answers.iter().all(Result::is_ok);
        assert_eq!(went_well, may_go_on, "{answers:?}");
    }
}
