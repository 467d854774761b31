//! A server whose environment has the URL of etcd, as that of a generated `main.rs` has it.

use std::process::{Child, Command};

use echo_example::stream_gen::echo::test_service::TestServiceClient;
use streamgen_runtime::fleet::Fleet;
use streamgen_runtime::{Transport, UnaryTransport};

use crate::instances::{PATIENCE, echo, until_answering};
use crate::server::EtcdServer;

/// A running server. Dropping it kills it.
struct Running(Child);

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
    let mut server = Command::new(env!("CARGO_BIN_EXE_registers"));
    let mut server = Running(server.env("SERVICE_REGISTRY", &url).spawn().unwrap());
    let client = TestServiceClient::builder("users")
        .fleet(Fleet::from_url(&url).unwrap())
        .transport(Transport::TtHeaderStreaming)
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .rpc_timeout(PATIENCE)
        .build()
        .unwrap();
    until_answering(&client, &["registers"]).await;
    assert_eq!(echo(&client).await.unwrap(), "registers");
    assert_eq!(etcd.values("kitex/registry-etcd/users/").len(), 1);
    let id = server.0.id().to_string();
    let signal = Command::new("kill").args(["-TERM", &id]).status();
    assert!(signal.unwrap().success());
    assert!(server.0.wait().unwrap().success());
    // Its lease would have been a minute.
    assert_eq!(etcd.values("kitex/registry-etcd/users/").len(), 0);
}
