//! `grpc.health.v1` over loopback: our generated Protobuf code on both sides.

mod rpc_support;

use rpc_support::{Running, start};
use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::health::{Health, HealthCheckRequest, HealthClient, ServingStatus};
use streamgen_runtime::{ClientBuilder, Code, ErrorKind, Server, Transport};

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
