//! Instances of ours, and clients that look for them.

use std::net::SocketAddr;
use std::time::Duration;

use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use interop_registries::Named;
use streamgen_runtime::etcd::Etcd;
use streamgen_runtime::fleet::{Fleet, Registering};
use streamgen_runtime::{Result, Server, Transport, UnaryTransport};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

/// What all entries are under that nobody renews. A process that the machine stops for a second keeps its own.
pub(crate) const LEASE: Duration = Duration::from_secs(2);
/// Longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A server of ours that registers itself.
pub(crate) struct Instance {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<()>>,
}

impl Instance {
    /// Starts an instance of `service` that answers with `name`, on a port that the system chooses.
    pub(crate) async fn start(etcd: &Etcd, service: &'static str, name: &str) -> Self {
        Self::start_at(etcd, service, name, ([127, 0, 0, 1], 0).into()).await
    }

    pub(crate) async fn start_at(
        etcd: &Etcd,
        service: &'static str,
        name: &str,
        address: SocketAddr,
    ) -> Self {
        let registering = Registering::new(service, etcd.clone()).tag("by", "streamgen");
        let server = Server::builder()
            .add_service(TestServiceServer::new(Named(name.to_owned())))
            .registry(registering);
        let server = server.bind(address).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        Self {
            address: server.local_addr().unwrap(),
            stop,
            serving: tokio::spawn(server.serve_with_shutdown(async move { drop(stopped.await) })),
        }
    }

    /// Ends it without a word: nobody renews its lease, and its connections break.
    pub(crate) async fn kill(self) {
        self.serving.abort();
        let _ = self.serving.await;
    }

    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.serving.await.unwrap().unwrap();
    }
}

/// A client that looks for instances of `service` in etcd.
pub(crate) fn client(etcd: &Etcd, service: &'static str) -> TestServiceClient {
    TestServiceClient::builder(service)
        .fleet(Fleet::new(etcd.clone()))
        .transport(Transport::TtHeaderStreaming)
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .connect_timeout(PATIENCE)
        .rpc_timeout(PATIENCE)
        .build()
        .unwrap()
}

/// The name of the instance that answers a call.
pub(crate) async fn ping(client: &TestServiceClient) -> Result<String> {
    let answer = client.ping_pong(who()).await?;
    Ok(answer.message.to_string())
}

/// The name of the instance that answers a stream.
pub(crate) async fn echo(client: &TestServiceClient) -> Result<String> {
    let mut stream = client.echo().timeout(PATIENCE).await?;
    stream.send(who()).await?;
    let answer = stream.recv().await?.expect("an answer");
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(answer.message.to_string())
}

fn who() -> Request {
    Request {
        message: "who".into(),
    }
}

/// Waits until a call fails with this text. On a busy machine a client may find first that etcd is late.
pub(crate) async fn until_refused(client: &TestServiceClient, text: &str) {
    let mut found = String::new();
    let refused = timeout(PATIENCE, async {
        loop {
            found = ping(client).await.expect_err("nobody answers").to_string();
            if found.contains(text) {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(refused.await.is_ok(), "{found:?}, and not {text:?}");
}

/// What ten calls come to: the names of instances, and errors.
async fn answers(client: &TestServiceClient) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..10 {
        names.push(ping(client).await.unwrap_or_else(|error| error.to_string()));
    }
    names.sort();
    names.dedup();
    names
}

/// Waits until exactly these instances answer, and returns how long that took.
pub(crate) async fn until_answering(client: &TestServiceClient, expected: &[&str]) -> Duration {
    let begun = Instant::now();
    let mut found = Vec::new();
    let reached = timeout(PATIENCE, async {
        loop {
            found = answers(client).await;
            if found == expected {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    let reached = reached.await;
    assert!(reached.is_ok(), "{found:?} answer, and not {expected:?}");
    begun.elapsed()
}
