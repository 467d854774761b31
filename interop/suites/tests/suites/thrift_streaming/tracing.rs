//! `thrift_tracing_test.go`: what a tracer of ours is told, at a client of ours and at a server of ours, while the other
//! side is Kitex.

use std::time::Duration;

use streamgen_runtime::middleware::{Calling, Next, Receiving, RecvNext, SendNext, Sending};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{ClientBuilder, Error, Result, Side};

use super::told::Calls;
use crate::case::{Caller, Case};
use crate::text::Text;
use crate::ways::{each_way, ours_to_kitex};
use crate::wire::{THRIFT, Wire};

/// The client's deadline, which counts from the opening of a stream: time enough to open it on a busy machine.
const DEADLINE: Duration = Duration::from_secs(5);
/// A deadline that is not to come first.
const LONG: Duration = Duration::from_secs(60);
const WIRES: &[Wire] = THRIFT;

struct Traced {
    name: &'static str,
    calls: Calls,
}

fn traced(name: &'static str) -> Traced {
    let calls = Calls::default();
    Traced { name, calls }
}

/// Middleware that is wrapped around a stream and changes nothing.
async fn wrap(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    if let Some(mut stream) = calling.stream() {
        stream.wrap_recv(async |recv: &mut Receiving, next: RecvNext<'_>| next.run(recv).await);
        stream.wrap_send(async |send: &mut Sending, next: SendNext<'_>| next.run(send).await);
    }
    next.run(calling).await
}

async fn fail(_: &mut Calling, _: Next<'_>) -> Result<()> {
    Err(Error::application("injected"))
}

impl Traced {
    /// The mode of the calls, and how they end.
    fn mode(&self) -> &'static str {
        self.name
            .trim_end_matches("_wrapped")
            .rsplit('_')
            .next()
            .unwrap()
    }

    fn ends_well(&self) -> bool {
        !["error", "biz", "deadline"]
            .iter()
            .any(|end| self.name.contains(end))
    }

    /// How many messages a side sends and receives.
    fn messages(&self, side: Side) -> (u32, u32) {
        let client = match (self.name, self.mode(), self.ends_well()) {
            (_, "unary", _) | ("tracer_middleware_fails", ..) => (0, 0),
            ("tracer_send_behind_the_end", ..) => (1, 0),
            ("tracer_finish", ..) => (1, 1),
            (_, "bidi", true) => (3, 3),
            (_, "client", true) => (3, 1),
            (_, "server", true) => (1, 3),
            (_, "server", false) => (1, 1),
            (_, _, false) => (0, 1),
            other => panic!("{other:?}"),
        };
        match (side, self.ends_well(), self.mode()) {
            (Side::Client, ..) => client,
            (_, true, _) => (client.1, client.0),
            (_, false, "server") => (0, 1),
            (_, false, _) => (0, 0),
        }
    }

    async fn end_badly<T: Text>(&self, caller: Caller<T>, how: &'static str) {
        let caller = caller.with("ERROR", how);
        let limit = if how == "deadline" { DEADLINE } else { LONG };
        let error = match self.mode() {
            "unary" if how == "deadline" => {
                let call = caller.ping_pong("m", "");
                tokio::time::timeout(DEADLINE, call)
                    .await
                    .map(|_| ())
                    .unwrap_err();
                return;
            }
            "unary" => caller.ping_pong("m", "").await.unwrap_err(),
            "bidi" => {
                let mut stream = caller.bidi().timeout(limit).await.unwrap();
                stream.recv().await.map(drop).unwrap_err()
            }
            "client" => {
                let stream = caller.requests().timeout(limit).await.unwrap();
                stream.close_and_recv().await.map(drop).unwrap_err()
            }
            _ => {
                let mut stream = caller.responses("m").timeout(limit).await.unwrap();
                stream.recv().await.map(drop).unwrap_err()
            }
        };
        match how {
            "biz" => assert_eq!(error.biz_status().map(|biz| biz.code()), Some(100)),
            "deadline" => assert!(error.is_timeout(), "{error:?}"),
            _ => assert!(error.message().contains(how), "{error:?}"),
        }
    }
}

impl Case for Traced {
    fn name(&self) -> &'static str {
        self.name
    }

    fn client<C>(&self, builder: ClientBuilder<C>, _: bool) -> ClientBuilder<C> {
        let builder = builder.tracer(self.calls.clone());
        match self.name {
            "tracer_client_wrapped" => builder.middleware(wrap),
            "tracer_middleware_fails" => builder.middleware(fail),
            _ => builder,
        }
    }

    fn server(&self, builder: ServerBuilder) -> ServerBuilder {
        builder.tracer(self.calls.clone())
    }

    fn told(&self, run: &str, side: Side) -> Result<(), String> {
        let told = self.calls.of(side, run);
        // Over TTHeader Streaming a call is over when its last frame arrives, be there messages to receive.
        let received = match told.grpc {
            true => told.received_bytes == told.finished_received,
            false => told.received_bytes >= told.finished_received,
        };
        let same = told.sent_bytes == told.finished_sent && received;
        // A call without stream tells of no message, but of its bytes.
        let unary = self.mode() == "unary";
        let bytes = if unary && self.ends_well() {
            told.finished_sent > 0
        } else {
            unary || same
        };
        let messages = (told.sent, told.received) == self.messages(side);
        match told.finished == 1 && bytes && messages {
            true => Ok(()),
            false => Err(format!("{told:?}")),
        }
    }

    async fn call<T: Text>(&self, caller: Caller<T>) {
        match self.name {
            "tracer_unary" => caller.expect_ping_pong("m", "", "m").await,
            "tracer_bidi" => {
                let mut stream = caller.with("COUNT", 3).bidi().await.unwrap();
                for _ in 0..3 {
                    stream.send(T::of("m")).await.unwrap();
                    stream.recv().await.unwrap().unwrap();
                }
                // No event.
                assert!(stream.recv().await.unwrap().is_none());
            }
            "tracer_client" | "tracer_client_wrapped" => caller.expect_client(&["m"; 3], "3").await,
            "tracer_server" => {
                let mut stream = caller.with("COUNT", 3).responses("m").await.unwrap();
                for _ in 0..3 {
                    stream.recv().await.unwrap().unwrap();
                }
                assert!(stream.recv().await.unwrap().is_none());
            }
            "tracer_send_behind_the_end" => {
                let mut stream = caller.bidi().await.unwrap();
                stream.close_send().await.unwrap();
                stream.send(T::of("m")).await.unwrap_err();
            }
            "tracer_finish" => {
                let mut stream = caller.with("COUNT", 3).responses("m").await.unwrap();
                stream.recv().await.unwrap().unwrap();
                stream.finish();
            }
            "tracer_middleware_fails" => drop(caller.bidi().await.unwrap_err()),
            name => {
                let how = name.split('_').nth(1).unwrap();
                let how = ["error", "biz", "deadline"]
                    .into_iter()
                    .find(|end| *end == how);
                self.end_badly(caller, how.unwrap()).await;
            }
        }
    }
}

#[tokio::test]
async fn tracer_unary() {
    each_way(traced("tracer_unary"), WIRES).await;
}

#[tokio::test]
async fn tracer_bidi() {
    each_way(traced("tracer_bidi"), WIRES).await;
}

#[tokio::test]
async fn tracer_server() {
    each_way(traced("tracer_server"), WIRES).await;
}

#[tokio::test]
async fn tracer_client() {
    each_way(traced("tracer_client"), WIRES).await;
}

#[tokio::test]
async fn tracer_client_wrapped() {
    each_way(traced("tracer_client_wrapped"), WIRES).await;
}

#[tokio::test]
async fn tracer_send_behind_the_end() {
    ours_to_kitex(traced("tracer_send_behind_the_end"), WIRES).await;
}

#[tokio::test]
async fn tracer_error_unary() {
    each_way(traced("tracer_error_unary"), WIRES).await;
}

#[tokio::test]
async fn tracer_error_server() {
    each_way(traced("tracer_error_server"), WIRES).await;
}

#[tokio::test]
async fn tracer_error_client() {
    each_way(traced("tracer_error_client"), WIRES).await;
}

#[tokio::test]
async fn tracer_error_bidi() {
    each_way(traced("tracer_error_bidi"), WIRES).await;
}

#[tokio::test]
async fn tracer_biz_unary() {
    each_way(traced("tracer_biz_unary"), WIRES).await;
}

#[tokio::test]
async fn tracer_biz_server() {
    each_way(traced("tracer_biz_server"), WIRES).await;
}

#[tokio::test]
async fn tracer_biz_client() {
    each_way(traced("tracer_biz_client"), WIRES).await;
}

#[tokio::test]
async fn tracer_biz_bidi() {
    each_way(traced("tracer_biz_bidi"), WIRES).await;
}

#[tokio::test]
async fn tracer_deadline_unary() {
    ours_to_kitex(traced("tracer_deadline_unary"), WIRES).await;
}

#[tokio::test]
async fn tracer_deadline_server() {
    ours_to_kitex(traced("tracer_deadline_server"), WIRES).await;
}

#[tokio::test]
async fn tracer_deadline_client() {
    ours_to_kitex(traced("tracer_deadline_client"), WIRES).await;
}

#[tokio::test]
async fn tracer_deadline_bidi() {
    ours_to_kitex(traced("tracer_deadline_bidi"), WIRES).await;
}

#[tokio::test]
async fn tracer_finish() {
    ours_to_kitex(traced("tracer_finish"), WIRES).await;
}

#[tokio::test]
async fn tracer_middleware_fails() {
    ours_to_kitex(traced("tracer_middleware_fails"), WIRES).await;
}
