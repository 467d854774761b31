//! Calls with JSON by `interop/idl/peer.thrift`, which is read at run time, against the servers of the contract:
//! what `interop/SCENARIOS.md` says of their answers.

mod protobuf;

use std::path::Path;

use serde_json::{Value, json};
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{ErrorKind, Transport, UnaryTransport};

use crate::support::{CONNECTED, Peer, Server};

/// A client of the server's service Peer.
fn client(server: &Server, stream: Transport, unary: UnaryTransport) -> JsonClient {
    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/peer.thrift");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let channel = Channel::builder("peer")
        .address(server.address.clone())
        .transport(stream)
        .unary_transport(unary)
        .connect_timeout(CONNECTED)
        .build();
    let service = schema.service("Peer").expect("it is there");
    JsonClient::new(&service, channel.expect("it has an address")).expect("there are few services")
}

fn message(text: &str, seq: i64) -> Value {
    let mut message = json!({"payload": "AAEC", "attrs": {"k": "v"}, "color": 5});
    message["text"] = text.into();
    message["seq"] = seq.into();
    message
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).expect("it is JSON")
}

async fn call(client: &JsonClient, method: &str, request: Value) -> Result<Value, CallError> {
    let reply = client.call(method, &request.to_string()).await?;
    Ok(parsed(&reply))
}

async fn calls(client: &JsonClient) -> Result<(), CallError> {
    let reply = call(client, "Echo", message("a", 7)).await?;
    assert_eq!(reply, message("pong:a", 7));
    assert_eq!(
        call(client, "Hello", json!("peer")).await?,
        json!("hello, peer")
    );
    let sum = json!({"a": -9_223_372_036_854_775_807_i64, "b": 7, "rest": [1, -2]});
    assert_eq!(
        call(client, "Sum", sum).await?,
        json!(-9_223_372_036_854_775_801_i64)
    );
    let groups = json!({"even": [2, 4], "odd": [1, -3]});
    assert_eq!(call(client, "Group", json!([1, 2, -3, 4])).await?, groups);
    assert_eq!(call(client, "Blob", json!(3)).await?, json!("AAEC"));
    assert_eq!(call(client, "Next", json!("RED")).await?, json!(1));
    assert_eq!(call(client, "Nothing", json!("quiet")).await?, Value::Null);
    client.one_way("Fire", &message("a", 0).to_string()).await?;
    Ok(())
}

async fn exceptions(client: &JsonClient) {
    let request = json!({"attrs": {"throw": "pe"}});
    let thrown = call(client, "Echo", request).await.expect_err("it throws");
    let CallError::Exception { name, json } = thrown else {
        panic!("{thrown}");
    };
    assert_eq!(name, "pe");
    let value = json!({"code": 77, "message": "peer exception", "extra": {"k": "v"}});
    assert_eq!(parsed(&json), value);
    let request = json!({"attrs": {"throw": "oe"}});
    let thrown = call(client, "Echo", request).await.expect_err("it throws");
    assert_eq!(
        thrown.to_string(),
        r#"exception oe: {"why":"other exception"}"#
    );
    let request = json!({"attrs": {"do": "err"}});
    let failed = call(client, "Echo", request).await.expect_err("it fails");
    assert!(
        matches!(&failed, CallError::Call(error) if error.kind() == ErrorKind::Application),
        "{failed}"
    );
}

/// Streams of each shape. `message` makes the JSON of a message with this text and number.
async fn streams<N: From<u32>>(
    client: &JsonClient,
    message: fn(&str, N) -> Value,
) -> Result<(), CallError> {
    let mut stream = client.bidi_streaming("Bidi").await?;
    for (text, seq) in [("a", 1), ("b", 2)] {
        stream
            .send(&message(text, N::from(seq)).to_string())
            .await?;
        let answer = stream.recv().await?.expect("an answer for each message");
        let expected = message(&format!("echo:{text}"), N::from(seq));
        assert_eq!(parsed(&answer), expected);
    }
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);

    let mut stream = client.client_streaming("ClientStream").await?;
    for (text, seq) in [("a", 1), ("b", 2)] {
        stream
            .send(&message(text, N::from(seq)).to_string())
            .await?;
    }
    let answer = parsed(&stream.close_and_recv().await?);
    assert_eq!(answer["text"], "got:b");
    assert_eq!(answer["attrs"], json!({"sum": "3", "bytes": "6"}));

    let request = message("m", N::from(3)).to_string();
    let mut stream = client.server_streaming("ServerStream", &request).await?;
    for seq in 0..3 {
        let answer = stream.recv().await?.expect("three answers");
        let expected = message(&format!("m#{seq}"), N::from(seq));
        assert_eq!(parsed(&answer), expected);
    }
    assert_eq!(stream.recv().await?, None);
    Ok(())
}

async fn business_error(client: &JsonClient) -> Result<(), CallError> {
    let request = json!({"attrs": {"do": "biz"}, "seq": 3}).to_string();
    let mut stream = client.server_streaming("ServerStream", &request).await?;
    let failed = stream.recv().await.expect_err("it fails");
    let CallError::Call(error) = failed else {
        panic!("{failed}");
    };
    let status = error.biz_status().expect("a business error");
    assert_eq!((status.code(), status.message()), (10001, "peer biz"));
    Ok(())
}

/// Everything that an IDL can hold comes back as it was, with what it left out.
async fn everything(client: &JsonClient) -> Result<(), CallError> {
    let sent = json!({
        "flag": true, "tiny": -5, "large": 9_007_199_254_740_993_i64, "real": 0.25, "text": "<é>",
        "blob": "AP+A", "color": -3, "longs": [1, 2], "tags": ["x"], "counts": {"k": 1},
        "names": {"-1": "minus"}, "inners": [{"id": 1, "label": "a", "next": {"id": 2, "label": ""}}],
        "palette": {"5": "b"}, "choice": {"number": 8}, "tinies": {"1": 2.5}, "matrix": [[true], []],
        "must": "m", "maybe_int": 0,
    });
    let back = call(client, "EchoEverything", sent.clone()).await?;
    for (name, value) in sent.as_object().expect("an object") {
        assert_eq!(back[name], *value, "{name}");
    }
    let left_out = [
        ("def_int", json!(42)),
        ("def_text", json!("dflt")),
        ("def_list", json!([1, 2, 3])),
    ];
    for (name, value) in left_out {
        assert_eq!(back[name], value, "{name}");
    }
    assert_eq!(back.get("maybe_text"), None);
    Ok(())
}

async fn all(server: Peer) {
    let Some(server) = Server::start(server, &["-proto", "thrift"]) else {
        return;
    };
    for wire in [
        UnaryTransport::Buffered,
        UnaryTransport::Framed,
        UnaryTransport::TtHeader,
        UnaryTransport::TtHeaderFramed,
    ] {
        let client = client(&server, Transport::TtHeaderStreaming, wire);
        let made = calls(&client).await;
        made.unwrap_or_else(|error| panic!("{wire:?}: {error}"));
        exceptions(&client).await;
        everything(&client)
            .await
            .unwrap_or_else(|error| panic!("{wire:?}: {error}"));
    }
    for wire in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = client(&server, wire, UnaryTransport::Framed);
        let made = async {
            streams(&client, message).await?;
            business_error(&client).await
        };
        let made = made.await;
        made.unwrap_or_else(|error| panic!("{wire:?}: {error}"));
    }
    let client = client(&server, Transport::Grpc, UnaryTransport::Grpc);
    let reply = call(&client, "UnaryStream", message("a", 7)).await;
    assert_eq!(reply.ok(), Some(message("unary:a", 7)));
    exceptions(&client).await;
}

#[tokio::test]
async fn json_to_rust_over_every_wire() {
    all(Peer::Rust).await;
}

#[tokio::test]
async fn json_to_kitex_over_every_wire() {
    all(Peer::Kitex).await;
}
