//! A handler of JSON serves clients of generated code, and clients with JSON, over every wire. Against
//! Kitex's clients, `interop/peer` does.

use std::net::SocketAddr;

use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::TestServiceClient;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonHandler, JsonServerStreamingServer,
    JsonService,
};
use streamgen_dynamic::{JsonOptions, Provider, Schema};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{
    ApplicationException, BizStatusError, Context, Error, Result, Server, ServerBuilder, Transport,
    UnaryTransport,
};

const SHOP: &str = r#"
namespace go shop
struct Item { 1: i32 id, 2: string name }
exception Denied { 1: string why }
service Shop {
    Item Get(1: i32 id) throws (1: Denied denied),
    void Put(1: Item item),
    i32 Add(1: i32 a, 2: i32 b),
    oneway void Note(1: string text),
    Item Look(1: Item item) (streaming.mode = "unary"),
    Item Watch(1: Item item) (streaming.mode = "server"),
    Item Chat(1: Item item) (streaming.mode = "bidirectional"),
}"#;

fn echo() -> Schema {
    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/../idl-samples/echo.thrift");
    Provider::file(idl).load().expect("the IDL is right")
}

fn shop() -> Schema {
    let shop = Provider::text("shop.thrift", SHOP).load();
    shop.expect("the IDL is right")
}

/// A server of one service on a free port, which ends with the test.
async fn serve(schema: &Schema, name: &str, handler: impl JsonHandler) -> SocketAddr {
    let service = schema.service(name).expect("it is there");
    let service = JsonService::new(&service, handler).expect("there are few services");
    serve_with(Server::builder().add_service(service)).await
}

pub(crate) async fn serve_with(server: ServerBuilder) -> SocketAddr {
    let server = server.bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address
}

pub(crate) fn channel(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> Channel {
    let builder = Channel::builder("server").address(address.to_string());
    let builder = builder.transport(stream).unary_transport(unary);
    builder.build().expect("it has an address")
}

/// A client of the shop over a wire that carries everything.
fn shopping(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> JsonClient {
    let service = shop().service("Shop").expect("it is there");
    let client = JsonClient::new(&service, channel(address, stream, unary));
    client.expect("there are few services")
}

/// Answers with what it is asked.
pub(crate) struct Echo;

impl JsonHandler for Echo {
    async fn call(&self, _: Context, request: String) -> Result<String, CallError> {
        Ok(request)
    }

    async fn client_streaming(
        &self,
        _: Context,
        mut stream: JsonClientStreamingServer,
    ) -> Result<String, CallError> {
        let mut last = "{}".to_owned();
        while let Some(request) = stream.recv().await? {
            last = request;
        }
        Ok(last)
    }

    async fn server_streaming(
        &self,
        _: Context,
        request: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        stream.stream().set_header([("set", "h1")])?;
        stream.stream().set_trailer([("trailer", "t1")])?;
        for _ in 0..2 {
            stream.send(&request).await?;
        }
        Ok(())
    }

    async fn bidi_streaming(
        &self,
        _: Context,
        stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        let (mut sender, mut receiver) = stream.split();
        while let Some(request) = receiver.recv().await? {
            sender.send(&request).await?;
        }
        Ok(())
    }
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
    let address = serve(&echo(), "TestService", Echo).await;
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
    let address = serve(&echo(), "TestService", Echo).await;
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

/// Answers by method and request.
struct Keeper(tokio::sync::mpsc::UnboundedSender<String>);

impl JsonHandler for Keeper {
    async fn call(&self, cx: Context, request: String) -> Result<String, CallError> {
        match (cx.method(), request.as_str()) {
            ("Get", "1") => Ok(r#"{"id":1,"name":"one"}"#.to_owned()),
            ("Get", "2") => Err(CallError::Exception {
                name: "denied".to_owned(),
                json: r#"{"why":"no"}"#.to_owned(),
            }),
            ("Get", "3") => Err(Error::from(BizStatusError::new(7, "gone")).into()),
            ("Get", "4") => Ok(r#"{"id":"four"}"#.to_owned()),
            ("Get", _) => Err(Error::application("not kept").into()),
            ("Put", _) => Ok("null".to_owned()),
            ("Add", sum) => Ok(sum.len().to_string()),
            ("Look", item) => Ok(item.to_owned()),
            ("Note", text) => {
                let _ = self.0.send(text.to_owned());
                Ok(String::new())
            }
            (method, _) => Err(Error::application(method.to_owned()).into()),
        }
    }

    async fn bidi_streaming(
        &self,
        cx: Context,
        mut stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        match cx.metainfo("DO") {
            Some("biz") => return Err(Error::from(BizStatusError::new(7, "gone")).into()),
            Some("hold") => {
                stream.send(r#"{"id":0}"#).await?;
                let reason = cx.cancelled().await;
                let _ = self.0.send(format!("{:?}", reason.kind()));
                return Err(reason.into());
            }
            _ => {}
        }
        // A message that does not fit fails its send only.
        let wrong = stream.send(r#"{"id":"x"}"#).await;
        let problem = wrong.expect_err("it does not fit").to_string();
        stream
            .send(&serde_json::json!({"name": problem}).to_string())
            .await
    }
}

async fn keeper() -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (notes, noted) = tokio::sync::mpsc::unbounded_channel();
    (serve(&shop(), "Shop", Keeper(notes)).await, noted)
}

#[tokio::test]
async fn values_void_arguments_and_exceptions_are_replies() -> Result<(), CallError> {
    let (address, mut noted) = keeper().await;
    for wire in [
        UnaryTransport::Framed,
        UnaryTransport::TtHeader,
        UnaryTransport::Grpc,
    ] {
        let client = shopping(address, Transport::TtHeaderStreaming, wire);
        assert_eq!(client.call("Get", "1").await?, r#"{"id":1,"name":"one"}"#);
        assert_eq!(client.call("Put", r#"{"id":1}"#).await?, "null");
        assert_eq!(client.call("Add", r#"{"a":1,"b":2}"#).await?, "13");
        assert_eq!(
            client.call("Look", r#"{"id":4}"#).await?,
            r#"{"id":4,"name":""}"#
        );
        let thrown = client.call("Get", "2").await.expect_err("it throws");
        assert_eq!(thrown.to_string(), r#"exception denied: {"why":"no"}"#);
        if wire != UnaryTransport::Grpc {
            client.one_way("Note", "\"quiet\"").await?;
            assert_eq!(noted.recv().await.as_deref(), Some("\"quiet\""));
        }
    }
    Ok(())
}

/// The error of a call, which is no exception of the IDL.
async fn failure(client: &JsonClient, request: &str) -> Error {
    match client.call("Get", request).await {
        Err(CallError::Call(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn errors_reach_the_caller_as_those_of_typed_handlers() {
    let (address, _) = keeper().await;
    for wire in [UnaryTransport::TtHeaderFramed, UnaryTransport::Grpc] {
        let client = shopping(address, Transport::TtHeaderStreaming, wire);
        let error = failure(&client, "3").await;
        let biz = error.biz_status().expect("a business error");
        assert_eq!((biz.code(), biz.message()), (7, "gone"));
        let error = failure(&client, "5").await;
        assert!(error.message().contains("not kept"), "{error}");
        let error = failure(&client, "4").await;
        let expected = "the response does not fit: $.id: expected i32";
        assert!(error.message().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_stream_goes_on_behind_json_that_does_not_fit_and_ends_with_its_error() {
    let (address, mut noted) = keeper().await;
    for wire in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = shopping(address, wire, UnaryTransport::Framed);
        let mut stream = client.bidi_streaming("Chat").await.expect("it opens");
        let told = stream.recv().await.expect("it goes on").expect("a message");
        assert!(told.contains("the response does not fit: $.id"), "{told}");

        let call = client
            .bidi_streaming("Chat")
            .with(|call| call.metainfo("DO", "biz"));
        let mut stream = call.await.expect("it opens");
        let Err(CallError::Call(error)) = stream.recv().await else {
            panic!("it fails");
        };
        assert_eq!(
            error.biz_status().map(BizStatusError::code),
            Some(7),
            "{wire:?}"
        );

        let call = client
            .bidi_streaming("Chat")
            .with(|call| call.metainfo("DO", "hold"));
        let mut stream = call.await.expect("it opens");
        stream.recv().await.expect("the handler runs");
        stream.stream().cancel();
        assert_eq!(noted.recv().await.as_deref(), Some("Canceled"));
    }
}

#[tokio::test]
async fn what_does_not_fit_reaches_no_handler() {
    let (address, _) = keeper().await;
    let client = streamgen_runtime::client::BinaryClient::thrift(
        "Shop",
        channel(
            address,
            Transport::TtHeaderStreaming,
            UnaryTransport::TtHeaderFramed,
        ),
    );
    // Argument 1 is a string in the place of a number.
    let call = client.call("Get", vec![11, 0, 1, 0, 0, 0, 0, 0]);
    let error = call.await.expect_err("it does not fit");
    let code = ApplicationException::PROTOCOL_ERROR;
    assert_eq!(error.kitex_code(), Some(code), "{error}");
    assert!(
        error.message().contains("the request does not fit"),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_handler_leaves_out_is_not_implemented() {
    let (address, _) = keeper().await;
    let client = shopping(address, Transport::Grpc, UnaryTransport::Framed);
    let mut stream = client
        .server_streaming("Watch", "{}")
        .await
        .expect("it opens");
    let error = stream
        .recv()
        .await
        .expect_err("nobody wrote it")
        .to_string();
    assert!(error.contains("Shop.Watch is not implemented"), "{error}");
}

#[tokio::test]
async fn options_of_json_hold_at_the_server() {
    let schema = shop();
    let service = schema.service("Shop").expect("it is there");
    let strict = JsonOptions::new().max_bytes(64);
    let service = JsonService::new(&service, Echo).expect("there are few services");
    let service = service.with_json_options(strict);
    let server = Server::builder().add_service(service).bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    let client = shopping(address, Transport::Grpc, UnaryTransport::Framed);
    let long = format!(r#"{{"id":1,"name":"{}"}}"#, "x".repeat(100));
    let error = client
        .call("Look", &long)
        .await
        .expect_err("it is too long");
    assert!(
        error.to_string().contains("the request does not fit"),
        "{error}"
    );
}

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
    let address = serve(&schema, "Shop", Echo).await;
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
