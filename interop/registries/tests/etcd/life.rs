//! Instances that come and go, and an etcd that does.

use std::time::Duration;

use echo_example::stream_gen::echo::test_service::TestServiceServer;
use interop_registries::Named;
use serde_json::{Value, json};
use streamgen_runtime::Server;
use streamgen_runtime::etcd::Etcd;
use streamgen_runtime::fleet::Registering;
use tokio::sync::oneshot;
use tokio::time::{Instant as Time, sleep, timeout};

use crate::instances::{
    Instance, LEASE, PATIENCE, client, echo, ping, until_answering, until_refused,
};
use crate::server::EtcdServer;

/// What the keys of the service begin with.
const USERS: &str = "kitex/registry-etcd/users/";

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
    until_refused(&client, "users has no instance").await;
    let killed = Instance::start(&store, "users", "killed").await;
    let stopped = Instance::start(&store, "users", "stopped").await;
    let _other_service = Instance::start(&store, "users2", "other").await;
    until_answering(&client, &["killed", "stopped"]).await;
    until_leases_are_renewed(&etcd, 2).await;
    let address = killed.address;
    killed.kill().await;
    until_listed(&etcd, 1).await;
    until_answering(&client, &["stopped"]).await;
    let returned = Instance::start_at(&store, "users", "returned", address).await;
    until_answering(&client, &["returned", "stopped"]).await;
    // Without waiting for a lease.
    let gone = stopped.address.to_string();
    stopped.stop().await;
    let values = etcd.values(USERS);
    assert!(
        values.iter().all(|value| !value.contains(&gone)),
        "{values:?}"
    );
    until_answering(&client, &["returned"]).await;
    assert_eq!(echo(&client).await.unwrap(), "returned");
    returned.kill().await;
}

/// How many instances of the service etcd lists.
fn listed(etcd: &EtcdServer) -> usize {
    etcd.values(USERS).len()
}

/// Waits until `count` instances have kept their entries for longer than a lease. An instance that the machine does
/// not run for so long loses its entry. It registers itself again, and its entry is a new one.
async fn until_leases_are_renewed(etcd: &EtcdServer, count: usize) {
    let made = || {
        let entries = etcd.entries(USERS).into_iter();
        entries
            .map(|entry| entry["create_revision"].clone())
            .collect::<Vec<_>>()
    };
    let renewed = async {
        loop {
            let before = made();
            sleep(2 * LEASE).await;
            if before.len() == count && made() == before {
                return;
            }
        }
    };
    let renewed = timeout(PATIENCE, renewed).await;
    renewed.expect("the instances renew their leases");
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

/// etcd takes nothing when its disk is full, and tells what it has.
#[tokio::test]
async fn while_etcd_takes_nothing_calls_go_on_and_a_newcomer_registers_when_it_does_again() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let store = store(&etcd);
    let client = client(&store, "users");
    let _one = Instance::start(&store, "users", "one").await;
    until_answering(&client, &["one"]).await;
    let alarm = |action: &str| {
        let id = etcd.post("maintenance/status", "{}")["header"]["member_id"].clone();
        let body = json!({ "action": action, "memberID": id, "alarm": "NOSPACE" });
        etcd.post("maintenance/alarm", &body.to_string());
    };
    alarm("ACTIVATE");
    let _two = Instance::start(&store, "users", "two").await;
    // Longer than the lease of the first one.
    let until = Time::now() + LEASE + LEASE / 4;
    while Time::now() < until {
        assert_eq!(ping(&client).await.unwrap(), "one");
        sleep(Duration::from_millis(20)).await;
    }
    alarm("DEACTIVATE");
    until_answering(&client, &["one", "two"]).await;
}

#[tokio::test]
async fn of_two_servers_at_one_address_the_entry_of_the_later_one_counts_and_stays() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let weight = || {
        let values = etcd.values("kitex/registry-etcd/users/");
        let value: Vec<Value> = values
            .iter()
            .map(|value| serde_json::from_str(value).unwrap())
            .collect();
        value
            .iter()
            .map(|value| value["weight"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let mut servers = Vec::new();
    for nth in [1, 2] {
        // Each has a store of its own, as two processes have.
        let registering = Registering::new("users", store(&etcd)).weight(nth);
        let service = TestServiceServer::new(Named("two".to_owned()));
        let server = Server::builder().add_service(service);
        let server = server.registry(registering.advertise("10.0.0.1:80"));
        let server = server.bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server.serve_with_shutdown(async move { drop(stopped.await) });
        servers.push((stop, tokio::spawn(serving)));
        let registered = async {
            while weight() != [u64::from(nth)] {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, registered).await.unwrap();
    }
    let (stop, serving) = servers.remove(0);
    drop(stop);
    serving.await.unwrap().unwrap();
    assert_eq!(weight(), [2]);
}
