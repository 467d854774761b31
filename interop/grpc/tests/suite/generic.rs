//! Calls with JSON, by gRPC's `test.proto`, which is read at run time, of each server of the suite. The path of a
//! call has the package: without it, servers of other languages than Kitex's know no method.

use std::path::Path;

use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::{Provider, Schema};
use streamgen_runtime::client::Channel;

use crate::support::{Peer, Server, Wire};

fn channel(server: &Server) -> Channel {
    let address = format!("127.0.0.1:{}", server.port);
    let channel = Channel::builder("interop").address(address).build();
    channel.expect("it has an address")
}

fn client(schema: &Schema, server: &Server) -> JsonClient {
    let service = schema.service("grpc.testing.TestService");
    let service = service.expect("it is there");
    JsonClient::new(&service, channel(server)).expect("there are few services")
}

/// All shapes: payloads are zeros, as many as are asked for.
async fn shapes(client: &JsonClient) -> Result<(), CallError> {
    assert_eq!(client.call("EmptyCall", "{}").await?, "{}");
    let request = r#"{"responseSize":5,"payload":{"body":"AAAA"}}"#;
    let reply = client.call("UnaryCall", request).await?;
    assert_eq!(reply, r#"{"payload":{"body":"AAAAAAA="}}"#);

    let request = r#"{"responseParameters":[{"size":3},{"size":1}]}"#;
    let mut stream = client
        .server_streaming("StreamingOutputCall", request)
        .await?;
    for body in ["AAAA", "AA=="] {
        let expected = format!(r#"{{"payload":{{"body":"{body}"}}}}"#);
        assert_eq!(stream.recv().await?, Some(expected));
    }
    assert_eq!(stream.recv().await?, None);

    let mut stream = client.client_streaming("StreamingInputCall").await?;
    for _ in 0..2 {
        stream.send(r#"{"payload":{"body":"AAAA"}}"#).await?;
    }
    let reply = stream.close_and_recv().await?;
    assert_eq!(reply, r#"{"aggregatedPayloadSize":6}"#);

    let mut stream = client.bidi_streaming("FullDuplexCall").await?;
    for (size, body) in [(2, "AAA="), (3, "AAAA")] {
        let request = format!(r#"{{"responseParameters":[{{"size":{size}}}]}}"#);
        stream.send(&request).await?;
        let expected = format!(r#"{{"payload":{{"body":"{body}"}}}}"#);
        assert_eq!(stream.recv().await?, Some(expected));
    }
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(())
}

async fn json_to(peer: Peer) {
    let Some(server) = Server::start(peer, Wire::Plain) else {
        return;
    };
    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl");
    let provider = Provider::file(idl.join("grpc/testing/test.proto")).include_dir(idl);
    let schema = provider.load().expect("the IDL is right");
    let made = shapes(&client(&schema, &server)).await;
    made.unwrap_or_else(|error| panic!("{peer:?}: {error}"));
}

#[tokio::test]
async fn json_to_rust() {
    json_to(Peer::Rust).await;
}

#[tokio::test]
async fn json_to_go() {
    json_to(Peer::Go).await;
}

#[tokio::test]
async fn json_to_grpcio() {
    json_to(Peer::Python).await;
}

#[tokio::test]
async fn json_to_tonic() {
    json_to(Peer::Tonic).await;
}

#[tokio::test]
async fn json_to_kitex() {
    json_to(Peer::Kitex).await;
}

/// grpcio's reflection is `v1alpha`, and has no `v1`.
#[tokio::test]
async fn json_by_the_idl_that_grpcio_tells() {
    let Some(server) = Server::start(Peer::Python, Wire::Plain) else {
        return;
    };
    let provider = Provider::from_server(&channel(&server)).await;
    let schema = provider
        .expect("it tells")
        .load()
        .expect("the IDL is right");
    let made = shapes(&client(&schema, &server)).await;
    made.unwrap_or_else(|error| panic!("{error}"));
}
