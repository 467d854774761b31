//! `thrift_old_client_test.go` and `thrift_cross_test.go`: clients whose code knows no streams.

use std::sync::Arc;

use interop_suites::old_gen::suites::Msg;
use interop_suites::old_gen::suites::suite::SuiteClient;
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{Error, Server};

use crate::case::{Caller, Case};
use crate::served::Handler;
use crate::text::{Text, add_services};
use crate::verdicts::Verdicts;
use crate::ways::each_way_of;
use crate::wire::{TTHEADER, Wire};

/// Serves the echo.
struct Plain;

impl Case for Plain {
    fn name(&self) -> &'static str {
        "old"
    }

    async fn call<T: Text>(&self, _: Caller<T>) {}
}

fn server() -> ServerBuilder {
    let handler = Handler {
        case: Arc::new(Plain),
        verdicts: Arc::new(Verdicts::default()),
    };
    add_services(Server::builder(), &Arc::new(handler))
}

fn client(address: String, wire: Wire) -> SuiteClient {
    let builder = wire.of_calls(SuiteClient::builder("suite").address(address));
    builder.build().unwrap()
}

fn msg(text: &'static str) -> Msg {
    Msg {
        message: text.into(),
    }
}

/// The server says that this is a stream.
fn assert_refused(error: &Error) {
    assert!(
        error.is_remote() && error.message().contains("stream"),
        "{error:?}"
    );
}

#[tokio::test]
async fn old_bidi() {
    each_way_of("old_bidi", &[TTHEADER], server, |address, wire| {
        Box::pin(async move {
            assert_refused(&client(address, wire).bidi(msg("m")).await.unwrap_err());
        })
    })
    .await;
}

#[tokio::test]
async fn old_client() {
    each_way_of("old_client", &[TTHEADER], server, |address, wire| {
        Box::pin(async move {
            assert_refused(&client(address, wire).client(msg("m")).await.unwrap_err());
        })
    })
    .await;
}

#[tokio::test]
async fn old_server() {
    each_way_of("old_server", &[TTHEADER], server, |address, wire| {
        Box::pin(async move {
            assert_refused(&client(address, wire).server(msg("m")).await.unwrap_err());
        })
    })
    .await;
}

#[tokio::test]
async fn old_pingpong() {
    each_way_of("old_pingpong", &[TTHEADER], server, |address, wire| {
        Box::pin(async move {
            let response = client(address, wire)
                .ping_pong(msg("hello"), msg("world"))
                .await;
            assert_eq!(response.unwrap().message, "hello-world");
        })
    })
    .await;
}
