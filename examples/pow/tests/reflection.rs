//! The server tells what it serves, and whether it does.

use pow_example::server;
use streamgen_runtime::Result;
use streamgen_runtime::health::{HealthCheckRequest, HealthClient, ServingStatus};
use streamgen_runtime::reflection::v1::server_reflection_request::MessageRequest;
use streamgen_runtime::reflection::v1::server_reflection_response::MessageResponse;
use streamgen_runtime::reflection::v1::{ServerReflectionClient, ServerReflectionRequest};

async fn start() -> Result<String> {
    let server = server()?.bind("127.0.0.1:0").await?;
    let address = server.local_addr()?.to_string();
    tokio::spawn(server.serve());
    Ok(address)
}

#[tokio::test]
async fn services_are_listed() -> Result<()> {
    let client = ServerReflectionClient::builder("pow").address(start().await?);
    let mut stream = client.build()?.server_reflection_info().await?;
    let list = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..Default::default()
    };
    stream.send(list).await?;
    let answer = stream.recv().await?.and_then(|one| one.message_response);
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        panic!("{answer:?}");
    };
    let names: Vec<_> = list.service.iter().map(|one| one.name.as_str()).collect();
    let own = "grpc.reflection.v1.ServerReflection";
    assert_eq!(names, ["grpc.health.v1.Health", own, "pow.Pow"]);
    Ok(())
}

#[tokio::test]
async fn the_service_is_healthy() -> Result<()> {
    let client = HealthClient::builder("pow").address(start().await?);
    let request = HealthCheckRequest {
        service: "pow.Pow".to_owned(),
    };
    let answer = client.build()?.check(request).await?;
    assert_eq!(answer.status(), ServingStatus::Serving);
    Ok(())
}
