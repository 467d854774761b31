//! A handler of JSON serves Protobuf.

use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_runtime::{Transport, UnaryTransport};

use super::{Echo, channel, serve};

const PROTO: &str = r#"
syntax = "proto3";
package shop.v1;
option go_package = "shop";
message Item { int64 id = 1; string name = 2; }
service Shop {
    rpc Look(Item) returns (Item);
    rpc Chat(stream Item) returns (stream Item);
}"#;

#[tokio::test]
async fn protobuf_is_served_in_the_same_way() -> Result<(), CallError> {
    let schema = Provider::text("shop.proto", PROTO).load();
    let schema = schema.expect("the IDL is right");
    let address = serve(&schema, "Shop", Echo { responses: 2 }).await;
    let service = schema.service("Shop").expect("it is there");
    for wire in [UnaryTransport::TtHeaderFramed, UnaryTransport::Grpc] {
        let client = JsonClient::new(&service, channel(address, Transport::Grpc, wire))?;
        let item = r#"{"id":"1","name":"one"}"#;
        assert_eq!(client.call("Look", item).await?, item, "{wire:?}");
        let mut stream = client.bidi_streaming("Chat").await?;
        stream.send(item).await?;
        assert_eq!(stream.recv().await?.as_deref(), Some(item));
        stream.close_send().await?;
        assert_eq!(stream.recv().await?, None);
    }
    Ok(())
}
