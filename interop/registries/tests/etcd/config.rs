//! Settings of a running client and a running server, which change in etcd under the keys of Kitex's
//! config-etcd.

use std::time::Duration;

use echo_example::stream_gen::echo::test_service::{
    TestService, TestServiceClient, TestServiceServer,
};
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::etcd::{Etcd, EtcdConfig};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, ErrorKind, Result, Server,
    ServerStreamingServer, Transport, UnaryTransport,
};
use tokio::time::{sleep, timeout};

use crate::instances::{PATIENCE, ping};
use crate::server::EtcdServer;

/// How long the server takes for an answer.
const ANSWER: Duration = Duration::from_millis(100);
const TIMEOUTS: &str = "/KitexConfig/shop/users/rpc_timeout";
const DEGRADATION: &str = "/KitexConfig/shop/users/degradation";
const LIMIT: &str = "/KitexConfig/users/limit";
/// Less than the server takes.
const SHORT: &str = r#"{"*": {"rpc_timeout_ms": 10}}"#;

/// A server that takes its time.
struct Slow;

impl TestService for Slow {
    async fn ping_pong(&self, _: Context, _: Request) -> Result<Response> {
        sleep(ANSWER).await;
        let message = "slow".into();
        Ok(Response { message })
    }

    async fn echo(&self, _: Context, _: BidiStreamingServer<Request, Response>) -> Result<()> {
        Ok(())
    }

    async fn echo_client(&self, _: Context, _: ClientStreamingServer<Request>) -> Result<Response> {
        Ok(Response::default())
    }

    async fn echo_server(
        &self,
        _: Context,
        _: Request,
        _: ServerStreamingServer<Response>,
    ) -> Result<()> {
        Ok(())
    }
}

/// A server of the service `users`, and its client `shop`, which both have their settings in etcd.
async fn shop(etcd: &EtcdServer) -> TestServiceClient {
    let config = EtcdConfig::new(Etcd::new([etcd.address()]).unwrap());
    let server = Server::builder()
        .add_service(TestServiceServer::new(Slow))
        .config("users", config.clone());
    let server = server.bind(("127.0.0.1", 0)).await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    tokio::spawn(server.serve());
    TestServiceClient::builder("users")
        .address(address)
        .config("shop", config)
        .transport(Transport::TtHeaderStreaming)
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .rpc_timeout(PATIENCE)
        .build()
        .unwrap()
}

/// What becomes of a call.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Answered,
    TimedOut,
    /// By the client's configuration.
    Degraded,
    /// By the server's limit.
    Refused,
}

async fn outcome(client: &TestServiceClient) -> Outcome {
    // A call that the client refuses waits for nothing, and would leave its source no time.
    sleep(Duration::from_millis(5)).await;
    let Err(error) = ping(client).await else {
        return Outcome::Answered;
    };
    match (error.kind(), error.message()) {
        (ErrorKind::Timeout, _) => Outcome::TimedOut,
        (_, text) if text.contains("degradation config") => Outcome::Degraded,
        (_, text) if text.contains("limit") => Outcome::Refused,
        _ => panic!("{error:?}"),
    }
}

/// Calls until a call has this outcome, and returns what the calls before it came to.
async fn until(client: &TestServiceClient, expected: Outcome) -> Vec<Outcome> {
    let mut before = Vec::new();
    let reached = timeout(PATIENCE, async {
        loop {
            match outcome(client).await {
                outcome if outcome == expected => return,
                other => before.push(other),
            }
        }
    });
    let reached = reached.await;
    assert!(reached.is_ok(), "{before:?}, and never {expected:?}");
    before
}

#[tokio::test]
async fn timeouts_and_limits_change_by_keys_and_stay_while_etcd_restarts() {
    let Some(mut etcd) = EtcdServer::start() else {
        return;
    };
    // What is there already holds from the first call on, unless etcd takes longer than a second to tell it.
    etcd.put(TIMEOUTS, SHORT);
    let client = shop(&etcd).await;
    until(&client, Outcome::TimedOut).await;
    etcd.put(TIMEOUTS, r#"{"*": {"rpc_timeout_ms": 60000}}"#);
    until(&client, Outcome::Answered).await;
    etcd.put(TIMEOUTS, SHORT);
    until(&client, Outcome::TimedOut).await;

    // One that is wrong changes nothing, also where it is right. The next document shows that it was read.
    etcd.put(
        TIMEOUTS,
        r#"{"*": {"rpc_timeout_ms": 60000, "conn_timeout_ms": "x"}}"#,
    );
    etcd.put(DEGRADATION, r#"{"enable": true, "percentage": 100}"#);
    let before = until(&client, Outcome::Degraded).await;
    assert!(!before.contains(&Outcome::Answered), "{before:?}");
    etcd.delete(DEGRADATION);
    let before = until(&client, Outcome::TimedOut).await;
    assert!(!before.contains(&Outcome::Answered), "{before:?}");

    etcd.kill();
    assert_eq!(outcome(&client).await, Outcome::TimedOut);
    etcd.restart();
    // What is wrong there is read again, and is refused again.
    assert_eq!(outcome(&client).await, Outcome::TimedOut);
    etcd.delete(TIMEOUTS);
    until(&client, Outcome::Answered).await;

    // The server's source has lost its watch, too.
    etcd.put(LIMIT, r#"{"qps_limit": 1}"#);
    until(&client, Outcome::Refused).await;
    etcd.delete(LIMIT);
    // More than the limit would let through.
    let five_in_turn = async {
        let mut answered = 0;
        while answered < 5 {
            answered = match outcome(&client).await {
                Outcome::Answered => answered + 1,
                _ => 0,
            };
        }
    };
    timeout(PATIENCE, five_in_turn).await.expect("no limit");
}
