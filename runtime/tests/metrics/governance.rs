//! Instances, retries, breakers and configurations.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::breaker::{BreakerRule, CircuitBreaker};
use streamgen_runtime::config::{Category, ConfigNames, ConfigSource, ConfigUpdates};
use streamgen_runtime::fleet::{Fleet, RetryBudget, StaticList};
use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{Channel, Result, Server, UnaryTransport};

use crate::recorder::Recorded;
use crate::rpc_support::{Peer, PeerClient, PeerServer};

const LIMIT: Duration = Duration::from_millis(100);

async fn serve(network: &Network, address: &str, always: &'static str) -> Serving {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    let server = Server::builder().add_service(PeerServer::from(Arc::new(peer)));
    network.serve(address, server).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn instances_and_the_calls_that_go_to_others_count() {
    let (seen, _guard) = Recorded::start();
    let network = Network::new(1);
    let _one = serve(&network, "one:80", "").await;
    let list = StaticList::of_addresses(["one:80", "two:80"]).unwrap();
    let fleet = Fleet::new(list).retry_budget(RetryBudget::new(0.0, 0.1));
    let channel = Channel::builder("peer")
        .dial(network.host("a"))
        .fleet(fleet);
    let channel = channel.build().unwrap();
    let client = PeerClient::new(channel.clone());
    for _ in 0..4 {
        client.hello("x".into()).await.unwrap();
    }
    let known = ["destination=peer"];
    assert_eq!(seen.sum("streamgen.instances", &known), 2.0);
    let unreached = ["reason=unreached"];
    assert_eq!(seen.sum("streamgen.instances.ejected", &unreached), 1.0);
    assert_eq!(seen.sum("streamgen.retries", &unreached), 1.0);
    // The budget was one call.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..4 {
        let _ = client.hello("x".into()).await;
    }
    let budget = ["reason=budget"];
    assert_eq!(seen.sum("streamgen.retries.refused", &budget), 1.0);
    let _two = serve(&network, "two:80", "").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    for _ in 0..4 {
        client.hello("x".into()).await.unwrap();
    }
    assert_eq!(seen.sum("streamgen.instances.returned", &[]), 1.0);
    drop((client, channel));
    assert_eq!(seen.sum("streamgen.instances", &known), 0.0);
}

#[tokio::test(start_paused = true)]
async fn retries_count_by_what_their_policy_has_made_them_for() {
    let (seen, _guard) = Recorded::start();
    let network = Network::new(1);
    let _one = serve(&network, "one:80", "hold").await;
    let hello = async |policy: RetryPolicy| {
        let builder = PeerClient::builder("peer").dial(network.host("a"));
        let builder = builder.address("one:80").rpc_timeout(LIMIT);
        let client = builder.retry("Hello", policy).build().unwrap();
        for _ in 0..4 {
            client.hello("x".into()).await.unwrap_err();
        }
    };
    let retries = |reason| seen.sum("streamgen.retries", &[reason]);
    hello(RetryPolicy::failure()).await;
    // From ten attempts on that have failed, none is made again.
    assert_eq!(retries("reason=failure"), 6.0);
    let stopped = seen.sum("streamgen.retries.refused", &["reason=error_rate"]);
    assert_eq!(stopped, 1.0);
    hello(RetryPolicy::backup(LIMIT / 2)).await;
    assert_eq!(retries("reason=backup"), 4.0);
    assert_eq!(retries("reason=failure"), 6.0);
}

#[tokio::test(start_paused = true)]
async fn breakers_count_while_they_are_open() {
    let (seen, _guard) = Recorded::start();
    let network = Network::new(1);
    let one = serve(&network, "one:80", "err").await;
    let rule = BreakerRule::default().min_samples(10);
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    let client = builder
        .address("one:80")
        .unary_transport(UnaryTransport::TtHeader);
    let client = client.middleware(CircuitBreaker::new().rule(rule));
    let client = client.build().unwrap();
    for _ in 0..15 {
        client.hello("x".into()).await.unwrap_err();
    }
    let open = || seen.sum("streamgen.breakers.open", &["of=method"]);
    assert_eq!(open(), 1.0);
    assert_eq!(seen.sum("streamgen.breaker.refused", &[]), 5.0);
    one.kill().await;
    let _one = serve(&network, "one:80", "").await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    for _ in 0..2 {
        client.hello("x".into()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(open(), 0.0);
    assert_eq!(seen.sum("streamgen.breakers.opened", &["of=method"]), 1.0);
}

/// Tells a document that is right, one that is wrong, and that there is none.
struct Three;

impl ConfigSource for Three {
    async fn watch(&self, _: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        for document in [Some(&b"{}"[..]), Some(b"{"), None] {
            updates.set(Category::Retry, "three", document);
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn documents_of_a_configuration_count_by_what_becomes_of_them() {
    let (seen, _guard) = Recorded::start();
    let network = Network::new(1);
    let _one = serve(&network, "one:80", "").await;
    let builder = PeerClient::builder("peer").dial(network.host("a"));
    let client = builder.address("one:80").config("me", Three).build();
    client.unwrap().hello("x".into()).await.unwrap();
    for result in ["result=applied", "result=refused", "result=removed"] {
        let labels = [result, "side=client"];
        assert_eq!(
            seen.sum("streamgen.configurations", &labels),
            1.0,
            "{result}"
        );
    }
}
