//! Clients of generated code call a handler of JSON.

use std::net::SocketAddr;

use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::TestServiceClient;
use streamgen_dynamic::{Provider, Schema};
use streamgen_runtime::{Result, Transport, UnaryTransport};

use super::{Echo, serve};

const ECHO: Echo = Echo { responses: 2 };

fn echo() -> Schema {
    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/../idl-samples/echo.thrift");
    Provider::file(idl).load().expect("the IDL is right")
}

fn request(text: &'static str) -> Request {
    Request {
        message: text.into(),
    }
}

fn typed(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> TestServiceClient {
    let builder = TestServiceClient::builder("echo-server").address(address.to_string());
    let builder = builder.transport(stream).unary_transport(unary);
    builder.build().expect("it has an address")
}

#[tokio::test]
async fn clients_of_generated_code_call_over_every_wire() -> Result<()> {
    let address = serve(&echo(), "TestService", ECHO).await;
    for wire in [
        UnaryTransport::Buffered,
        UnaryTransport::Framed,
        UnaryTransport::TtHeader,
        UnaryTransport::TtHeaderFramed,
        UnaryTransport::Grpc,
    ] {
        let client = typed(address, Transport::TtHeaderStreaming, wire);
        let reply = client.ping_pong(request("hi")).await?;
        assert_eq!(reply.message, "hi", "{wire:?}");
    }
    Ok(())
}

#[tokio::test]
async fn clients_of_generated_code_stream_over_every_wire() -> Result<()> {
    let address = serve(&echo(), "TestService", ECHO).await;
    for wire in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = typed(address, wire, UnaryTransport::Framed);
        let mut stream = client.echo().await?;
        for text in ["a", "b"] {
            stream.send(request(text)).await?;
            let reply = stream.recv().await?;
            assert_eq!(reply.map(|reply| reply.message), Some(text.into()));
        }
        stream.close_send().await?;
        assert!(stream.recv().await?.is_none());

        let mut stream = client.echo_client().await?;
        stream.send(request("a")).await?;
        stream.send(request("b")).await?;
        assert_eq!(stream.close_and_recv().await?.message, "b");

        let mut stream = client.echo_server(request("c")).await?;
        let mut count = 0;
        while let Some(reply) = stream.recv().await? {
            assert_eq!(reply.message, "c");
            count += 1;
        }
        assert_eq!(count, 2);
        assert_eq!(stream.header().await?.get("set"), Some("h1"));
        assert_eq!(stream.trailer().await?.get("trailer"), Some("t1"));
    }
    Ok(())
}
