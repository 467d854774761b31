//! The IDL that a server tells: of `grpc.reflection.v1`, or of `v1alpha`. Against grpcio's reflection,
//! `interop/grpc` does.

use std::net::SocketAddr;

use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{JsonClient, ReflectionError};
use streamgen_runtime::client::Channel;
use streamgen_runtime::reflection::Reflection;
use streamgen_runtime::server::{BinaryHandler, Service};
use streamgen_runtime::{BidiStreamingServer, Context, ErrorKind, RawMessage, Result, Server};

use crate::protobuf::descriptor_set;

async fn serve(service: impl Service) -> SocketAddr {
    let server = Server::builder().add_service(service).bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address
}

fn channel(address: SocketAddr) -> Channel {
    let channel = Channel::builder("mapping").address(address.to_string());
    channel.build().expect("it has an address")
}

fn reflection() -> Reflection {
    let builder = Reflection::builder().descriptors(descriptor_set());
    builder.build().expect("it is a descriptor set")
}

#[tokio::test]
async fn a_server_tells_what_it_serves() {
    let by_v1 = serve(reflection().service()).await;
    let by_v1alpha = serve(reflection().service_v1alpha()).await;
    for address in [by_v1, by_v1alpha] {
        let provider = Provider::from_server(&channel(address)).await;
        let schema = provider
            .expect("the server tells")
            .load()
            .expect("it is right");
        let services = schema.services().map(|service| service.name().to_owned());
        assert_eq!(services.collect::<Vec<_>>(), ["Mapping"]);
        let service = schema.service("mapping.Mapping").expect("it is there");
        assert_eq!(service.methods().count(), 4);
        assert!(schema.message("old.Old").is_ok());
        assert!(schema.message("google.protobuf.Any").is_ok());
    }
}

/// The service of reflection is one like any other: it can be called with JSON by the IDL that it tells of
/// itself.
#[tokio::test]
async fn reflection_is_called_with_json() {
    let address = serve(reflection().service()).await;
    let idl = include_str!("../../../runtime/proto/grpc/reflection/v1/reflection.proto");
    let schema = Provider::text("reflection.proto", idl)
        .load()
        .expect("it is right");
    let service = schema.last_service().expect("it has one");
    let client = JsonClient::new(&service, channel(address)).expect("there are few");
    let mut stream = client
        .bidi_streaming("ServerReflectionInfo")
        .await
        .expect("it opens");
    let sent = stream.send(r#"{"listServices":"*"}"#).await;
    sent.expect("it fits");
    let answer = stream.recv().await.expect("it answers");
    let answer = answer.expect("it has not ended");
    assert!(
        answer.contains(r#""service":[{"name":"grpc.reflection.v1.ServerReflection"},"#),
        "{answer}"
    );
}

#[tokio::test]
async fn a_server_without_reflection_is_an_error() {
    let address = serve(
        echo_example::stream_gen::echo::test_service::TestServiceServer::new(echo_example::Echo),
    );
    let refused = Provider::from_server(&channel(address.await)).await;
    let Err(ReflectionError::Call(error)) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.is_remote(), "{error}");
    let nobody = Provider::from_server(&channel(([127, 0, 0, 1], 1).into())).await;
    let Err(ReflectionError::Call(error)) = nobody else {
        panic!("{nobody:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Connection);
}

/// A server of files without end: each imports a thousand others.
struct Endless;

impl BinaryHandler for Endless {
    async fn stream(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<RawMessage, RawMessage>,
    ) -> Result<()> {
        let mut asked = 0;
        while stream.recv().await?.is_some() {
            let answer = match asked {
                0 => field(6, &field(1, &field(1, b"endless.Service"))),
                _ => {
                    let mut file = field(1, format!("{asked}").as_bytes());
                    for import in 0..1000 {
                        file.extend(field(3, format!("{asked}/{import}").as_bytes()));
                    }
                    field(4, &field(1, &file))
                }
            };
            asked += 1;
            stream.send(RawMessage::from(answer)).await?;
        }
        Ok(())
    }
}

/// A field of Protobuf whose value has a length.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = value.len();
    while length > 0x7f {
        field.push(length as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend(value);
    field
}

#[tokio::test]
async fn a_server_that_tells_of_ever_more_files_is_an_error() {
    let server = Server::builder().add_unknown_handler(Endless);
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    let told = Provider::from_server(&channel(address)).await;
    let Err(ReflectionError::Answer(problem)) = told else {
        panic!("{told:?}");
    };
    assert_eq!(problem, "it has more than 16777216 bytes or 10000 files");
}
