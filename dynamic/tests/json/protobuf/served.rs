//! Calls of Protobuf with JSON at both ends, and of the bytes between them.

use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::JsonService;
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Server, UnaryTransport};

use super::mapping;
use crate::server::{Echo, serve_with};

/// A client of a server of these, over a wire.
async fn client(wire: Option<UnaryTransport>) -> JsonClient {
    let service = mapping().service("mapping.Mapping").expect("it is there");
    let served = JsonService::new(&service, Echo { responses: 1 });
    let served = served.expect("there are few");
    let address = serve_with(Server::builder().add_service(served)).await;
    let channel = Channel::builder("mapping").address(address.to_string());
    let channel = match wire {
        Some(wire) => channel.unary_transport(wire),
        None => channel,
    };
    let channel = channel.build().expect("it has an address");
    JsonClient::new(&service, channel).expect("there are few")
}

const MESSAGE: &str = r#"{"id":1,"label":"a"}"#;

#[tokio::test]
async fn calls_go_over_every_wire_of_protobuf() {
    for wire in [
        None,
        Some(UnaryTransport::Grpc),
        Some(UnaryTransport::Framed),
        Some(UnaryTransport::TtHeaderFramed),
    ] {
        let reply = client(wire).await.call("Call", MESSAGE).await;
        assert_eq!(reply.ok().as_deref(), Some(MESSAGE), "{wire:?}");
    }
}

#[tokio::test]
async fn a_message_that_does_not_fit_fails_its_send_only() -> Result<(), CallError> {
    let mut stream = client(None).await.bidi_streaming("Values").await?;
    let wrong = stream.send(r#"{"longs":["1","x"]}"#).await;
    let text = wrong.expect_err("it does not fit").to_string();
    let expected = "the request does not fit: $.longs[1]: expected int64, found the string \"x\" (";
    assert!(text.starts_with(expected), "{text}");
    for message in [r#"{"longs":["1"]}"#, "{}", r#"{"name":""}"#] {
        stream.send(message).await?;
        assert_eq!(stream.recv().await?.as_deref(), Some(message));
    }
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(())
}
