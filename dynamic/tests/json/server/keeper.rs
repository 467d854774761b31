//! A handler of JSON for tests. The method and the request tell it what to answer: a value, an exception, an error or a
//! stream.

use std::net::SocketAddr;

use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::{JsonBidiStreamingServer, JsonHandler, JsonService};
use streamgen_dynamic::{JsonOptions, Provider, Schema};
use streamgen_runtime::{
    ApplicationException, BizStatusError, Context, Error, Server, Transport, UnaryTransport,
};

use super::{Echo, channel, serve, serve_with};

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

fn shop() -> Schema {
    let shop = Provider::text("shop.thrift", SHOP).load();
    shop.expect("the IDL is right")
}

/// A client of the shop over a wire that carries everything.
fn shopping(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> JsonClient {
    let service = shop().service("Shop").expect("it is there");
    let client = JsonClient::new(&service, channel(address, stream, unary));
    client.expect("there are few services")
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
    let service =
        JsonService::new(&service, Echo { responses: 2 }).expect("there are few services");
    let service = service.with_json_options(strict);
    let address = serve_with(Server::builder().add_service(service)).await;
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
