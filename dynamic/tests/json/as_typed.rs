//! Calls with JSON are typed calls in all that is not about messages: the wire that is chosen, middleware,
//! metainfo, timeouts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::{JsonHandler, JsonServerStreamingServer, JsonService};
use streamgen_dynamic::{Provider, Schema};
use streamgen_runtime::client::{Channel, ClientBuilder};
use streamgen_runtime::middleware::{Calling, Middleware, Next, SendMiddleware, SendNext, Sending};
use streamgen_runtime::{Context, ErrorKind, RawMessage, Result, Server, UnaryTransport};

use crate::server::serve_with;

const THRIFT: &str = r#"
struct Text { 1: optional string text }
service Tell {
    Text Ping(1: Text it),
    Text Look(1: Text it) (streaming.mode = "unary"),
    Text Watch(1: Text it) (streaming.mode = "server"),
}"#;

const PROTOBUF: &str = r#"
syntax = "proto3";
package told;
message Text { string text = 1; }
service Tell {
    rpc Ping(Text) returns (Text);
    rpc Watch(Text) returns (stream Text);
}
service Alone { rpc Ping(Text) returns (Text); }"#;

fn schema(file: &str, idl: &str) -> Schema {
    let schema = Provider::text(file, idl).load();
    schema.expect("the IDL is right")
}

/// Answers with the wire of the call, and a value of its metainfo.
struct Teller;

fn told(cx: &Context) -> String {
    let tenant = cx.metainfo("TENANT").unwrap_or("nobody");
    json!({"text": format!("{} for {tenant}", cx.protocol())}).to_string()
}

impl JsonHandler for Teller {
    async fn call(&self, cx: Context, request: String) -> Result<String, CallError> {
        match request.contains("hang") {
            true => std::future::pending().await,
            false => Ok(told(&cx)),
        }
    }

    async fn server_streaming(
        &self,
        cx: Context,
        _: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        stream.send(&told(&cx)).await
    }
}

/// A client of a service, whose channel has these settings, at a server of it.
async fn client(
    schema: &Schema,
    name: &str,
    set: impl FnOnce(ClientBuilder<Channel>) -> ClientBuilder<Channel>,
) -> JsonClient {
    let service = schema.service(name).expect("it is there");
    let served = JsonService::new(&service, Teller).expect("there are few");
    let address = serve_with(Server::builder().add_service(served)).await;
    let channel = set(Channel::builder("tell").address(address.to_string()));
    JsonClient::new(&service, channel.build().expect("it has an address")).expect("there are few")
}

fn text(of: &str) -> Option<String> {
    Some(json!({ "text": of }).to_string())
}

#[tokio::test]
async fn the_default_wires_of_thrift_are_those_of_kitexs_generic_client() -> Result<(), CallError> {
    let client = client(&schema("tell.thrift", THRIFT), "Tell", |channel| channel).await;
    for (method, wire) in [("Ping", "Framed for nobody"), ("Look", "GRPC for nobody")] {
        assert_eq!(
            Some(client.call(method, "{}").await?),
            text(wire),
            "{method}"
        );
    }
    let mut stream = client.server_streaming("Watch", "{}").await?;
    assert_eq!(stream.recv().await?, text("TTHeaderStreaming for nobody"));
    Ok(())
}

#[tokio::test]
async fn the_default_wires_of_protobuf_depend_on_whether_there_are_streams() -> Result<(), CallError>
{
    let schema = schema("tell.proto", PROTOBUF);
    for (service, wire) in [
        ("told.Tell", "GRPC for nobody"),
        ("told.Alone", "TTHeader|Framed for nobody"),
    ] {
        let client = client(&schema, service, |channel| channel).await;
        assert_eq!(
            Some(client.call("Ping", "{}").await?),
            text(wire),
            "{service}"
        );
    }
    let client = client(&schema, "told.Tell", |channel| channel).await;
    let mut stream = client.server_streaming("Watch", "{}").await?;
    assert_eq!(stream.recv().await?, text("GRPC for nobody"));
    Ok(())
}

/// Notes the names of each call, and the bytes of each request of a stream.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<String>>>);

impl Noted {
    fn note(&self, what: String) {
        self.0.lock().expect("nobody panics").push(what);
    }
}

impl Middleware for Noted {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let call = calling.call();
        self.note(format!(
            "{}.{} {:?}",
            call.service(),
            call.method(),
            call.mode()
        ));
        next.run(calling).await
    }
}

impl SendMiddleware for Noted {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        let message = send.message_as::<RawMessage>();
        self.note(format!("{} bytes", message.expect("it is bytes").len()));
        next.run(send).await
    }
}

#[tokio::test]
async fn middleware_sees_calls_and_the_bytes_of_messages() -> Result<(), CallError> {
    let noted = Noted::default();
    let client = client(&schema("tell.thrift", THRIFT), "Tell", |channel| {
        let channel = channel.middleware(noted.clone());
        channel.send_middleware(noted.clone())
    })
    .await;
    client.call("Ping", "{}").await?;
    client
        .server_streaming("Watch", r#"{"text":"hi"}"#)
        .await?
        .recv()
        .await?;
    // The field's head of three bytes, four of the length, the text, and the end.
    let expected = [
        "Tell.Ping PingPong",
        "Tell.Watch ServerStreaming",
        "10 bytes",
    ];
    assert_eq!(*noted.0.lock().expect("nobody panics"), expected);
    Ok(())
}

#[tokio::test]
async fn a_call_has_metainfo_and_a_timeout() -> Result<(), CallError> {
    let client = client(&schema("tell.thrift", THRIFT), "Tell", |channel| {
        channel.unary_transport(UnaryTransport::TtHeaderFramed)
    })
    .await;
    let call = client.call("Ping", "{}");
    let reply = call.with(|call| call.metainfo("TENANT", "acme")).await?;
    assert_eq!(Some(reply), text("TTHeader|Framed for acme"));
    let call = client.server_streaming("Watch", "{}");
    let mut stream = call.with(|call| call.metainfo("TENANT", "acme")).await?;
    assert_eq!(stream.recv().await?, text("TTHeaderStreaming for acme"));

    let call = client.call("Ping", r#"{"text":"hang"}"#);
    let reply = call
        .with(|call| call.timeout(Duration::from_millis(50)))
        .await;
    let Err(CallError::Call(error)) = reply else {
        panic!("{reply:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    Ok(())
}
