//! Health and reflection of a server, asked by the clients of tonic-health and tonic-reflection. The
//! server is that of `interop/grpc/tests/suite/health_and_reflection.rs`.

use anyhow::{Context as _, Result, bail, ensure};
use prost::Message as _;
use prost_types::FileDescriptorProto;
use tonic::Code;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

/// Asks the server at an address; an error when an answer is not as it has to be.
pub(crate) async fn run(address: &str) -> Result<()> {
    let channel = Channel::from_shared(format!("http://{address}"))?;
    let channel = channel.connect().await?;
    health(HealthClient::new(channel.clone())).await?;
    reflection(ServerReflectionClient::new(channel)).await
}

async fn health(mut client: HealthClient<Channel>) -> Result<()> {
    let request = |service: &str| HealthCheckRequest {
        service: service.to_owned(),
    };
    let table = [
        ("", ServingStatus::Serving),
        ("shop.Orders", ServingStatus::NotServing),
    ];
    for (service, expected) in table {
        let found = client.check(request(service)).await?.into_inner().status();
        ensure!(found == expected, "{service:?} is {found:?}");
    }
    let unknown = client.check(request("nobody")).await;
    let unknown = unknown.err().context("an unknown service has a status")?;
    ensure!(unknown.code() == Code::NotFound, "{unknown}");

    let mut watched = client.watch(request("nobody")).await?.into_inner();
    let first = watched.message().await?.context("a watch says nothing")?;
    let expected = ServingStatus::ServiceUnknown;
    ensure!(first.status() == expected, "{first:?}");
    Ok(())
}

async fn reflection(mut client: ServerReflectionClient<Channel>) -> Result<()> {
    let questions = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol("shop.Orders".to_owned()),
        MessageRequest::AllExtensionNumbersOfType("shop.Order".to_owned()),
        MessageRequest::FileByFilename("nobody.proto".to_owned()),
    ];
    let requests = questions.map(|question| ServerReflectionRequest {
        host: "shop.example".to_owned(),
        message_request: Some(question),
    });
    let answers = client.server_reflection_info(tokio_stream::iter(requests));
    let mut answers = answers.await?.into_inner();
    let mut found = Vec::new();
    while let Some(answer) = answers.message().await? {
        found.push(shown(answer)?);
    }
    let expected = [
        "grpc.health.v1.Health grpc.reflection.v1.ServerReflection shop.Orders",
        "shop.proto",
        "100",
        "error 5",
    ];
    ensure!(found == expected, "{found:?}");
    Ok(())
}

/// What an answer says, in words.
fn shown(answer: ServerReflectionResponse) -> Result<String> {
    let parts: Vec<String> = match answer.message_response {
        Some(MessageResponse::ListServicesResponse(list)) => {
            list.service.into_iter().map(|one| one.name).collect()
        }
        Some(MessageResponse::FileDescriptorResponse(files)) => {
            let files = files.file_descriptor_proto.iter();
            let files = files.map(|bytes| FileDescriptorProto::decode(bytes.as_slice()));
            let name = |file: Result<FileDescriptorProto, _>| Ok(file?.name().to_owned());
            files.map(name).collect::<Result<_>>()?
        }
        Some(MessageResponse::AllExtensionNumbersResponse(found)) => {
            found.extension_number.iter().map(i32::to_string).collect()
        }
        Some(MessageResponse::ErrorResponse(error)) => vec![format!("error {}", error.error_code)],
        None => bail!("an answer without a message"),
    };
    Ok(parts.join(" "))
}
