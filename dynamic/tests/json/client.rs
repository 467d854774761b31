//! A client with JSON calls a server of generated code over every wire. Against Kitex's server, and
//! with exceptions, `interop/peer` does.

use std::net::SocketAddr;

use echo_example::Echo;
use echo_example::stream_gen::echo::test_service::TestServiceServer;
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{ErrorKind, Server, Transport, UnaryTransport};

/// A server on a free port, which ends with the test.
async fn server() -> SocketAddr {
    let service = TestServiceServer::new(Echo);
    let server = Server::builder().add_service(service).bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address
}

fn client(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> JsonClient {
    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/../idl-samples/echo.thrift");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let channel = Channel::builder("echo-server")
        .address(address.to_string())
        .transport(stream)
        .unary_transport(unary)
        .build();
    let service = schema.service("TestService").expect("it is there");
    JsonClient::new(&service, channel.expect("it has an address")).expect("there are few services")
}

/// A client on the default wires.
pub(crate) async fn any_client() -> JsonClient {
    let address = server().await;
    client(
        address,
        Transport::TtHeaderStreaming,
        UnaryTransport::Framed,
    )
}

pub(crate) fn message(text: &str) -> String {
    format!(r#"{{"message":"{text}"}}"#)
}

#[tokio::test]
async fn calls_go_over_every_wire() {
    let address = server().await;
    for wire in [
        UnaryTransport::Buffered,
        UnaryTransport::Framed,
        UnaryTransport::TtHeader,
        UnaryTransport::TtHeaderFramed,
        UnaryTransport::Grpc,
    ] {
        let client = client(address, Transport::TtHeaderStreaming, wire);
        let reply = client.call("PingPong", &message("hi")).await;
        assert_eq!(reply.ok(), Some(message("hi")), "{wire:?}");
    }
}

#[tokio::test]
async fn streams_of_every_shape_go_over_every_wire() {
    let address = server().await;
    for wire in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = client(address, wire, UnaryTransport::Framed);
        streams(&client)
            .await
            .unwrap_or_else(|error| panic!("{wire:?}: {error}"));
    }
}

async fn streams(client: &JsonClient) -> Result<(), CallError> {
    let mut stream = client.server_streaming("EchoServer", &message("a")).await?;
    for _ in 0..3 {
        assert_eq!(stream.recv().await?, Some(message("a")));
    }
    assert_eq!(stream.recv().await?, None);

    let mut stream = client.client_streaming("EchoClient").await?;
    for text in ["a", "b", "c"] {
        stream.send(&message(text)).await?;
    }
    assert_eq!(stream.close_and_recv().await?, message("c"));

    let mut stream = client.bidi_streaming("Echo").await?;
    for text in ["a", "b"] {
        stream.send(&message(text)).await?;
        assert_eq!(stream.recv().await?, Some(message(text)));
    }
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);

    let (mut sender, mut receiver) = client.bidi_streaming("Echo").await?.split();
    sender.send(&message("a")).await?;
    sender.close().await?;
    assert_eq!(receiver.recv().await?, Some(message("a")));
    assert_eq!(receiver.recv().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_message_that_does_not_fit_fails_its_send_only() -> Result<(), CallError> {
    let client = any_client().await;
    let mut stream = client.bidi_streaming("Echo").await?;
    let error = stream
        .send(r#"{"message":5}"#)
        .await
        .expect_err("it does not fit");
    let text = error.to_string();
    let expected = "the request does not fit: $.message: expected string, found the number 5 (";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("echo.thrift:5; "), "{text}");
    stream.send(&message("a")).await?;
    assert_eq!(stream.recv().await?, Some(message("a")));
    Ok(())
}

#[tokio::test]
async fn a_call_that_cannot_be_made_says_why() {
    let client = any_client().await;
    let missing = client.call("PingPung", "{}").await;
    assert_eq!(
        missing.expect_err("it is not there").to_string(),
        "service TestService has no method `PingPung`; did you mean `PingPong`?"
    );
    let wrong = client.call("Echo", &message("a")).await;
    let Err(CallError::Call(error)) = wrong else {
        panic!("{wrong:?}");
    };
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        error.message(),
        "method Echo of service TestService is BidiStreaming, called as PingPong"
    );
}

#[tokio::test]
async fn options_are_those_of_typed_calls() {
    let address = server().await;
    // Nobody serves on the port of the channel.
    let nowhere = ([127, 0, 0, 1], 1).into();
    let client = client(
        nowhere,
        Transport::TtHeaderStreaming,
        UnaryTransport::Framed,
    );
    let call = client.call("PingPong", &message("a"));
    let reply = call.with(|call| call.address(address.to_string())).await;
    assert_eq!(reply.ok(), Some(message("a")));
}

#[tokio::test]
async fn the_typed_stream_has_what_is_not_about_messages() -> Result<(), CallError> {
    let client = any_client().await;
    let mut stream = client.bidi_streaming("Echo").await?;
    stream.stream().cancel();
    let error = stream.recv().await.expect_err("it is cancelled");
    assert!(matches!(error, CallError::Call(error) if error.is_canceled()));
    Ok(())
}
