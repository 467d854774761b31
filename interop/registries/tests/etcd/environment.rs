//! A server whose environment has the URL of etcd, as that of a generated `main.rs` has it.

use std::process::{Child, Command};
use std::time::Duration;

use echo_example::stream_gen::echo::test_service::TestServiceClient;
use streamgen_runtime::fleet::Fleet;
use streamgen_runtime::{Transport, UnaryTransport};
use tokio::time::{sleep, timeout};

use crate::instances::{PATIENCE, echo, until_answering};
use crate::server::EtcdServer;

/// What the server registers as.
const ENTRIES: &str = "kitex/registry-etcd/users/";

/// A running server. Dropping it kills it.
struct Running(Child);

impl Running {
    fn start(url: &str) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_registers"));
        Self(server.env("SERVICE_REGISTRY", url).spawn().unwrap())
    }

    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let signal = Command::new("kill").args([name, &id]).status();
        assert!(signal.unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_is_found_that_registers_where_its_environment_says_and_leaves_by_a_signal() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let url = format!("etcd://{}", etcd.address());
    let mut server = Running::start(&url);
    let client = TestServiceClient::builder("users")
        .fleet(Fleet::from_url(&url).unwrap())
        .transport(Transport::TtHeaderStreaming)
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .rpc_timeout(PATIENCE)
        .build()
        .unwrap();
    until_answering(&client, &["registers"]).await;
    assert_eq!(echo(&client).await.unwrap(), "registers");
    assert_eq!(etcd.values(ENTRIES).len(), 1);
    server.signal("-TERM");
    assert!(server.0.wait().unwrap().success());
    // Its lease would have been a minute.
    assert_eq!(etcd.values(ENTRIES).len(), 0);
}

/// As a machine does that sleeps, or a container that is frozen.
#[tokio::test]
async fn a_server_that_was_suspended_for_longer_than_its_lease_registers_again() {
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    let server = Running::start(&format!("etcd://{}?lease=1", etcd.address()));
    let until = async |count: usize| {
        let listed = async {
            while etcd.values(ENTRIES).len() != count {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let reached = timeout(PATIENCE, listed).await;
        assert!(reached.is_ok(), "{:?}", etcd.values(ENTRIES));
    };
    until(1).await;
    server.signal("-STOP");
    until(0).await;
    server.signal("-CONT");
    until(1).await;
}
