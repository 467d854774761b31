//! `grpc.health.v1` over loopback: our generated Protobuf code on both sides.

use crate::rpc_support;

use std::time::Duration;

use rpc_support::{Running, start};
use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::health::{
    Health, HealthCheckRequest, HealthCheckResponse, HealthClient, ServingStatus,
};
use streamgen_runtime::testing::{Network, Serving};
use streamgen_runtime::{ClientBuilder, Code, ErrorKind, Server, ServerStreamingClient, Transport};
use tokio::time::{Instant, sleep};

async fn serve(health: &Health) -> (Running, HealthClient) {
    let server = start(Server::builder().add_service(health.service())).await;
    let address = server.address.to_string();
    let client = HealthClient::builder("health").address(address);
    (server, client.build().unwrap())
}

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

#[tokio::test]
async fn a_check_answers_for_the_server_and_for_each_service() {
    let health = Health::new();
    let (_server, client) = serve(&health).await;
    health.set("pow.Pow", ServingStatus::NotServing);

    for (service, status) in [
        ("", ServingStatus::Serving),
        ("pow.Pow", ServingStatus::NotServing),
    ] {
        let answer = client.check(of(service)).await.unwrap();
        assert_eq!(answer.status(), status);
    }
    let error = client.check(of("nobody")).await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::NOT_FOUND));
}

#[tokio::test]
async fn a_watch_tells_of_every_change() {
    let health = Health::new();
    let (_server, client) = serve(&health).await;
    let mut watch = client.watch(of("pow.Pow")).await.unwrap();
    let answer = watch.recv().await.unwrap().unwrap();
    assert_eq!(answer.status(), ServingStatus::ServiceUnknown);

    for status in [ServingStatus::Serving, ServingStatus::NotServing] {
        // Twice the same is one change, and others do not matter.
        health.set("pow.Pow", status);
        health.set("pow.Pow", status);
        health.set("other", status);
        let answer = watch.recv().await.unwrap().unwrap();
        assert_eq!(answer.status(), status);
    }
    health.remove("pow.Pow");
    let answer = watch.recv().await.unwrap().unwrap();
    assert_eq!(answer.status(), ServingStatus::ServiceUnknown);
}

const DRAIN_DELAY: Duration = Duration::from_secs(6);

/// A server on the network in memory that stops in its own time.
async fn serve_at(network: &Network, address: &str, health: &Health, delay: Duration) -> Serving {
    let server = Server::builder().add_service(health.service());
    let server = server.drain_delay(delay);
    network.serve(address, server).await.unwrap()
}

/// A client with a connection of its own.
fn connect(network: &Network, address: &'static str) -> HealthClient {
    let client = HealthClient::builder("health").address(address);
    client.dial(network.host("a")).build().unwrap()
}

/// What a watch is told next.
async fn told(watch: &mut ServerStreamingClient<HealthCheckResponse>) -> ServingStatus {
    watch.recv().await.unwrap().expect("no end").status()
}

/// The end of a watch.
async fn end(watch: &mut ServerStreamingClient<HealthCheckResponse>) -> Option<Code> {
    watch.recv().await.unwrap_err().grpc_code()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leaves_says_so_while_it_still_serves() {
    let (network, health) = (Network::new(1), Health::new());
    health.set("pow.Pow", ServingStatus::Serving);
    let server = serve_at(&network, "b:80", &health, DRAIN_DELAY).await;
    let _other = serve_at(&network, "c:80", &health, DRAIN_DELAY).await;
    let client = connect(&network, "b:80");
    let mut watches = Vec::new();
    for service in ["", "pow.Pow"] {
        let mut watch = client.watch(of(service)).await.unwrap();
        assert_eq!(told(&mut watch).await, ServingStatus::Serving);
        watches.push(watch);
    }
    let mut unknown = client.watch(of("nobody")).await.unwrap();
    assert_eq!(told(&mut unknown).await, ServingStatus::ServiceUnknown);

    let began = Instant::now();
    let stopping = tokio::spawn(server.stop());
    for watch in &mut watches {
        assert_eq!(told(watch).await, ServingStatus::NotServing);
    }
    assert!(began.elapsed() < Duration::from_secs(1), "at once");
    sleep(DRAIN_DELAY / 2).await;
    // What the program says now changes nothing, on this connection and on new ones.
    health.set("pow.Pow", ServingStatus::Unknown);
    health.set("pow.Pow", ServingStatus::Serving);
    for client in [&client, &connect(&network, "b:80")] {
        for service in ["", "pow.Pow"] {
            let answer = client.check(of(service)).await.unwrap();
            assert_eq!(answer.status(), ServingStatus::NotServing);
        }
        let error = client.check(of("nobody")).await.unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::NOT_FOUND));
    }
    // Another server with the same state is not concerned.
    let other = connect(&network, "c:80");
    let answer = other.check(of("pow.Pow")).await.unwrap();
    assert_eq!(answer.status(), ServingStatus::Serving);

    for watch in watches.iter_mut().chain([&mut unknown]) {
        assert_eq!(end(watch).await, Some(Code::UNAVAILABLE));
    }
    stopping.await.unwrap().unwrap();
    let took = began.elapsed();
    assert!(took >= DRAIN_DELAY, "{took:?}");
    // Watches do not use up the exit wait.
    assert!(took < DRAIN_DELAY + Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_is_told_that_a_server_leaves_which_has_no_delay() {
    let (network, health) = (Network::new(1), Health::new());
    let server = serve_at(&network, "b:80", &health, Duration::ZERO).await;
    let mut watch = connect(&network, "b:80").watch(of("")).await.unwrap();
    assert_eq!(told(&mut watch).await, ServingStatus::Serving);
    let stopping = tokio::spawn(server.stop());
    assert_eq!(told(&mut watch).await, ServingStatus::NotServing);
    assert_eq!(end(&mut watch).await, Some(Code::UNAVAILABLE));
    stopping.await.unwrap().unwrap();
}

#[tokio::test]
async fn g08_g09_what_is_unknown_is_12_for_protobuf() {
    use streamgen_runtime::{MethodInfo, Mode, PayloadCodec, ServiceInfo};
    static OTHER: ServiceInfo = ServiceInfo::new(
        "Other",
        "grpc.health.v1",
        PayloadCodec::Protobuf,
        Transport::Grpc,
        &[
            MethodInfo::new("Check", Mode::PingPong),
            MethodInfo::new("No", Mode::PingPong),
        ],
    );
    let (server, _) = serve(&Health::new()).await;
    let builder = ClientBuilder::<ServiceClient>::new(&OTHER, "health".into());
    // Without streams Kitex's default is KitexProtobuf.
    let builder = builder.transport(Transport::Grpc);
    let client = builder.address(server.address.to_string()).build().unwrap();
    let call = client.unary::<_, ()>(1, of(""));
    assert_eq!(
        call.await.unwrap_err().grpc_code(),
        Some(Code::UNIMPLEMENTED)
    );
}

#[test]
fn a_protobuf_client_needs_grpc() {
    let builder = HealthClient::builder("health").address("127.0.0.1:1");
    let built = builder.transport(Transport::TtHeaderStreaming).build();
    assert_eq!(built.unwrap_err().kind(), ErrorKind::InvalidArgument);
}
