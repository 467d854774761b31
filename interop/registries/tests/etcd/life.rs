//! Instances that come and go, and an etcd that does.

use std::time::Duration;

use streamgen_runtime::etcd::Etcd;
use tokio::time::{Instant as Time, sleep, timeout};

use crate::instances::{Instance, LEASE, PATIENCE, client, echo, ping, until_answering};
use crate::server::EtcdServer;

/// The store, for servers whose leases are short.
fn store(etcd: &EtcdServer) -> Etcd {
    let url = format!("etcd://{}?lease={}", etcd.address(), LEASE.as_secs());
    Etcd::from_url(&url).unwrap()
}

#[tokio::test]
async fn an_instance_that_is_killed_is_gone_within_its_lease_and_returns_when_it_restarts() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let store = store(&etcd);
    let client = client(&store, "users");
    let first = ping(&client).await.unwrap_err();
    assert!(
        first.to_string().contains("users has no instance"),
        "{first}"
    );
    let killed = Instance::start(&store, "users", "killed").await;
    let stopped = Instance::start(&store, "users", "stopped").await;
    let _other_service = Instance::start(&store, "users2", "other").await;
    until_answering(&client, &["killed", "stopped"]).await;
    // Leases are renewed.
    sleep(2 * LEASE).await;
    assert_eq!(listed(&etcd), 2);
    let address = killed.address;
    killed.kill().await;
    until_listed(&etcd, 1).await;
    until_answering(&client, &["stopped"]).await;
    let returned = Instance::start_at(&store, "users", "returned", address).await;
    until_answering(&client, &["returned", "stopped"]).await;
    // Without waiting for a lease.
    stopped.stop().await;
    assert_eq!(listed(&etcd), 1);
    until_answering(&client, &["returned"]).await;
    assert_eq!(echo(&client).await.unwrap(), "returned");
    returned.kill().await;
}

/// How many instances of the service etcd lists.
fn listed(etcd: &EtcdServer) -> usize {
    etcd.values("kitex/registry-etcd/users/").len()
}

async fn until_listed(etcd: &EtcdServer, count: usize) {
    let reached = async {
        while listed(etcd) != count {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let reached = timeout(PATIENCE, reached).await;
    reached.unwrap_or_else(|_| panic!("etcd lists {}, and not {count}", listed(etcd)));
}

#[tokio::test]
async fn etcd_restarts_with_its_data_and_without_and_calls_go_on_meanwhile() {
    let Some(mut etcd) = EtcdServer::start() else {
        return;
    };
    let store = store(&etcd);
    let client = client(&store, "users");
    let _one = Instance::start(&store, "users", "one").await;
    let mut expected = vec!["one"];
    until_answering(&client, &expected).await;
    let mut instances = Vec::new();
    for (wiped, newcomer) in [(false, "three"), (true, "two")] {
        etcd.kill();
        // Longer than the leases; no call fails.
        let until = Time::now() + LEASE + LEASE / 4;
        while Time::now() < until {
            ping(&client).await.unwrap();
            sleep(Duration::from_millis(20)).await;
        }
        if wiped {
            etcd.wipe();
        }
        etcd.restart();
        ping(&client).await.unwrap();
        until_listed(&etcd, expected.len()).await;
        // Changes are heard of again.
        instances.push(Instance::start(&store, "users", newcomer).await);
        expected.push(newcomer);
        expected.sort_unstable();
        until_answering(&client, &expected).await;
    }
}

#[tokio::test]
async fn what_is_no_entry_is_left_out_and_the_others_are_found() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let store = store(&etcd);
    let client = client(&store, "users");
    etcd.put("kitex/registry-etcd/users/a", "{");
    etcd.put(
        "kitex/registry-etcd/users/b",
        r#"{"network":"udp","address":"127.0.0.1:1"}"#,
    );
    let _one = Instance::start(&store, "users", "one").await;
    until_answering(&client, &["one"]).await;
    etcd.put("kitex/registry-etcd/users/c", "[]");
    until_answering(&client, &["one"]).await;
    // An entry whose value becomes one.
    let two = Instance::start(&store, "elsewhere", "two").await;
    let value = format!(
        r#"{{"network":"tcp","address":"{}","weight":10,"tags":null}}"#,
        two.address
    );
    etcd.put("kitex/registry-etcd/users/a", &value);
    until_answering(&client, &["one", "two"]).await;
}
