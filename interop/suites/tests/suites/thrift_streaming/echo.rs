//! `thrift_test.go`, `thrift_slim_test.go`, `grpcpb_test.go`, `kitexpb_test.go`: what goes right, and what a handler
//! refuses.

use streamgen_runtime::Result;

use crate::case::{Caller, Case};
use crate::text::{Text, with_extras};
use crate::ways::each_way;
use crate::wire::{FRUGAL, FRUGAL_GRPC, GRPC, GRPC_PB, GRPC_STREAMING_PB, TTHEADER, Wire};

const STREAMS: &[Wire] = &[TTHEADER, GRPC, GRPC_PB, FRUGAL_GRPC];
const CALLS: &[Wire] = &[TTHEADER, FRUGAL];
/// `streaming.mode = "unary"`, as a stream of Kitex's classic code, which goes over gRPC.
const UNARY: &[Wire] = &[GRPC, FRUGAL_GRPC];
const PROTOBUF: &[Wire] = &[GRPC_STREAMING_PB, GRPC_PB];

struct Echo(&'static str);

/// The calls that Thrift has alone.
impl<T: Text> Caller<T> {
    pub(super) async fn unary(&self, request: &str) -> Result<String> {
        let client = T::thrift(&self.client).expect("Thrift");
        let message = crate::text::thrift::Msg::of(request);
        let response = with_extras!(client.unary(message), self.extras.clone()).await?;
        Ok(response.message.into())
    }

    async fn oneway(&self, request: &str) -> Result<()> {
        let client = T::thrift(&self.client).expect("Thrift");
        let message = crate::text::thrift::Msg::of(request);
        with_extras!(client.oneway(message), self.extras.clone()).await
    }

    async fn ping(&self) -> Result<()> {
        let client = T::thrift(&self.client).expect("Thrift");
        with_extras!(client.ping(), self.extras.clone()).await
    }
}

/// Expects the error of the handler.
fn assert_told<V: std::fmt::Debug>(result: Result<V>, text: &str) {
    let error = result.unwrap_err();
    assert!(error.message().contains(text), "{error:?}");
}

impl Case for Echo {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        let told = caller.with("ERROR", "told to");
        match self.0 {
            "echo_bidi" => {
                let texts = ["bidi-0", "bidi-1", "bidi-2"];
                caller.expect_bidi(&texts, &texts).await;
            }
            "echo_client" => caller.expect_client(&["client"; 3], "3").await,
            "echo_server" => {
                let responses = ["server-0", "server-1", "server-2"];
                caller.expect_server("server", &responses).await;
            }
            "echo_unary" => assert_eq!(caller.unary("unary").await.unwrap(), "unary"),
            "echo_unary_exception" => assert_told(told.unary("unary").await, "told to"),
            "echo_pingpong" => {
                caller
                    .expect_ping_pong("hello", "world", "hello-world")
                    .await;
            }
            "echo_pingpong_exception" => {
                assert_told(told.ping_pong("hello", "world").await, "told to");
            }
            "echo_pb_pingpong" => caller.expect_ping_pong("hello", "", "hello").await,
            "echo_oneway" => caller
                .with("MESSAGE", "oneway")
                .oneway("oneway")
                .await
                .unwrap(),
            "echo_oneway_exception" => {
                assert_told(caller.oneway("oneway").await, "invalid message");
            }
            "echo_ping" => caller.ping().await.unwrap(),
            _ => assert_told(told.ping().await, "told to"),
        }
    }
}

#[tokio::test]
async fn echo_bidi() {
    each_way(Echo("echo_bidi"), STREAMS).await;
}

#[tokio::test]
async fn echo_client() {
    each_way(Echo("echo_client"), STREAMS).await;
}

#[tokio::test]
async fn echo_server() {
    each_way(Echo("echo_server"), STREAMS).await;
}

#[tokio::test]
async fn echo_unary() {
    each_way(Echo("echo_unary"), UNARY).await;
}

#[tokio::test]
async fn echo_unary_exception() {
    each_way(Echo("echo_unary_exception"), UNARY).await;
}

#[tokio::test]
async fn echo_pingpong() {
    each_way(Echo("echo_pingpong"), CALLS).await;
}

#[tokio::test]
async fn echo_pingpong_exception() {
    each_way(Echo("echo_pingpong_exception"), CALLS).await;
}

#[tokio::test]
async fn echo_pb_pingpong() {
    each_way(Echo("echo_pb_pingpong"), PROTOBUF).await;
}

#[tokio::test]
async fn echo_oneway() {
    each_way(Echo("echo_oneway"), CALLS).await;
}

#[tokio::test]
async fn echo_oneway_exception() {
    each_way(Echo("echo_oneway_exception"), CALLS).await;
}

#[tokio::test]
async fn echo_ping() {
    each_way(Echo("echo_ping"), CALLS).await;
}

#[tokio::test]
async fn echo_ping_exception() {
    each_way(Echo("echo_ping_exception"), CALLS).await;
}
