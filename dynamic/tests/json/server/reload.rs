//! An IDL that changes while a handler of JSON serves.

use std::net::SocketAddr;

use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::JsonService;
use streamgen_dynamic::{Codec, JsonOptions, Provider, Schema};
use streamgen_runtime::middleware::Hooks;
use streamgen_runtime::{Server, Transport, UnaryTransport};

use super::{Echo, channel, serve_with};

const WIRES: [(Transport, UnaryTransport); 4] = [
    (Transport::TtHeaderStreaming, UnaryTransport::Framed),
    (Transport::TtHeaderStreaming, UnaryTransport::TtHeaderFramed),
    (Transport::TtHeaderStreaming, UnaryTransport::Buffered),
    (Transport::Grpc, UnaryTransport::Grpc),
];

fn schema(idl: &str) -> Schema {
    let schema = Provider::text("notes.thrift", idl).load();
    schema.expect("the IDL is right")
}

fn older() -> Schema {
    schema(
        "namespace go notes
        struct Note { 1: string text }
        service Notes {
            Note Get(1: Note note),
            Note Talk(1: Note note) (streaming.mode = \"bidirectional\"),
        }",
    )
}

/// With a field and methods that are new; `Get` stands elsewhere, and `Talk` has another mode.
fn newer() -> Schema {
    schema(
        "namespace go notes
        struct Note { 1: string text, 2: optional i32 stars }
        service Notes {
            Note Find(1: Note note),
            Note Talk(1: Note note) (streaming.mode = \"server\"),
            Note Get(1: Note note),
        }",
    )
}

fn service() -> JsonService<Echo> {
    let service = older().service("Notes").expect("it is there");
    let echo = Echo { responses: 1 };
    JsonService::new(&service, echo).expect("there are few services")
}

fn client(schema: &Schema, address: SocketAddr, wire: (Transport, UnaryTransport)) -> JsonClient {
    let service = schema.service("Notes").expect("it is there");
    let client = JsonClient::new(&service, channel(address, wire.0, wire.1));
    client.expect("there are few services")
}

#[tokio::test]
async fn calls_are_served_by_the_idl_that_was_loaded_last() -> Result<(), CallError> {
    let service = service().with_json_options(JsonOptions::new());
    let around = Hooks::new().around(service.clone());
    let address = serve_with(Server::builder().add_service(around)).await;
    let starred = r#"{"text":"a","stars":5}"#;
    for wire in WIRES {
        service.reload(&older())?;
        let (before, after) = (
            client(&older(), address, wire),
            client(&newer(), address, wire),
        );
        // The server skips what it does not know.
        let plain = r#"{"text":"a"}"#;
        assert_eq!(after.call("Get", starred).await?, plain, "{wire:?}");
        let missing = after.call("Find", starred).await;
        assert!(missing.is_err(), "{wire:?}");

        service.reload(&newer())?;
        assert_eq!(after.call("Get", starred).await?, starred, "{wire:?}");
        assert_eq!(after.call("Find", starred).await?, starred, "{wire:?}");
        assert_eq!(before.call("Get", plain).await?, plain, "{wire:?}");
        let mut stream = after.server_streaming("Talk", starred).await?;
        assert_eq!(stream.recv().await?.as_deref(), Some(starred), "{wire:?}");
    }
    assert!(service.service().method("Find").is_ok());
    Ok(())
}

#[tokio::test]
async fn a_stream_is_served_by_the_idl_that_it_began_with() -> Result<(), CallError> {
    for wire in WIRES {
        let service = service();
        let address = serve_with(Server::builder().add_service(service.clone())).await;
        let note = r#"{"text":"a"}"#;
        let client = client(&older(), address, wire);
        let mut stream = client.bidi_streaming("Talk").await?;
        stream.send(note).await?;
        assert_eq!(stream.recv().await?.as_deref(), Some(note), "{wire:?}");
        service.reload(&schema("namespace go notes service Notes {}"))?;
        stream.send(note).await?;
        assert_eq!(stream.recv().await?.as_deref(), Some(note), "{wire:?}");
        stream.close_send().await?;
        assert_eq!(stream.recv().await?, None, "{wire:?}");
        assert!(client.call("Get", note).await.is_err(), "{wire:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_service_that_cannot_be_replaced_stays() -> Result<(), CallError> {
    let service = service();
    let address = serve_with(Server::builder().add_service(service.clone())).await;
    let error = service.reload(&schema("service Other {}"));
    let text = error.expect_err("the service is missing").to_string();
    assert_eq!(text, "the IDL has no service `Notes`");
    let proto = "syntax = \"proto3\"; service Notes {}";
    let proto = Provider::text("notes.proto", proto).codec(Codec::Protobuf);
    let error = service.reload(&proto.load().expect("the IDL is right"));
    let text = error.expect_err("it is of Protobuf").to_string();
    assert!(text.contains("another language"), "{text}");
    let client = client(&older(), address, WIRES[0]);
    assert_eq!(
        client.call("Get", r#"{"text":"a"}"#).await?,
        r#"{"text":"a"}"#
    );
    Ok(())
}
