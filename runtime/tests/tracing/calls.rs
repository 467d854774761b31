//! The spans of calls: what they hold, what they lie in, and how they end.

use std::sync::Arc;

use streamgen_runtime::middleware::{RpcFinish, TracedCall, Tracer};
use streamgen_runtime::{CancelPolicy, Context, FastStr, Result, Server};
use tracing::Instrument;

use crate::capture::Capture;
use crate::errors_support::{Cause, WIRES, Wire, provoke};
use crate::rpc_support::stream_gen::rpc::other::{Other, OtherClient, OtherServer};
use crate::rpc_support::{Msg, Peer, PeerServer, Running, msg, start};

/// Says something, and calls on.
struct Telling {
    downstream: Option<OtherClient>,
}

impl Other for Telling {
    async fn bidi(
        &self,
        cx: Context,
        mut stream: streamgen_runtime::BidiStreamingServer<Msg, Msg>,
    ) -> Result<()> {
        tracing::info!(target: "app", "a stream is served");
        while let Some(got) = stream.recv().await? {
            tracing::info!(target: "app", "a message is served");
            if let Some(downstream) = &self.downstream {
                downstream.only_other(got.text.clone()).context(&cx).await?;
            }
            stream.send(got).await?;
        }
        Ok(())
    }

    async fn only_other(&self, _: Context, name: FastStr) -> Result<FastStr> {
        tokio::task::yield_now().await;
        tracing::info!(target: "app", "a call is served");
        Ok(name)
    }
}

fn client(wire: Wire, server: &Running) -> OtherClient {
    wire.builder(OtherClient::builder("other"), server.address)
        .build()
        .unwrap()
}

async fn serve(downstream: Option<OtherClient>) -> Running {
    let service = OtherServer::new(Telling { downstream });
    start(Server::builder().add_service(service)).await
}

/// The wire that carries a client's ping-pong calls, by Kitex's name.
fn name(wire: Wire) -> &'static str {
    match wire {
        Wire::Streaming => "TTHeaderStreaming",
        Wire::Framed => "Framed",
        Wire::TtHeader => "TTHeader|Framed",
        Wire::GrpcStream | Wire::GrpcUnary => "GRPC",
    }
}

async fn call(wire: Wire, client: &OtherClient) {
    if !wire.is_stream() {
        client.only_other("m".into()).await.unwrap();
        return;
    }
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    stream.recv().await.unwrap().unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_call_is_a_span_on_either_side_with_the_names_of_opentelemetry() {
    for wire in WIRES {
        let seen = Capture::start();
        let server = serve(None).await;
        call(wire, &client(wire, &server)).await;
        let method = if wire.is_stream() {
            "Bidi"
        } else {
            "OnlyOther"
        };
        let system = if wire.is_grpc() { "grpc" } else { "kitex" };
        let wire = name(wire);
        for side in ["client", "server"] {
            let span = seen
                .span(&format!(
                    "INFO streamgen::{side}: call otel.kind={side} rpc.system={system} \
                     rpc.service=rpc.Other rpc.method={method} wire={wire}"
                ))
                .await;
            let path = format!("rpc.Other/{method}");
            assert_eq!(span.fields.get("otel.name"), Some(&*path));
            let peer = span.fields.get("network.peer.address");
            assert_eq!(peer, Some("127.0.0.1"), "{wire} {side}");
            if side == "client" {
                assert_eq!(span.fields.get("server.address"), Some("other"));
                let port = server.address.port().to_string();
                assert_eq!(span.fields.get("network.peer.port"), Some(&*port));
            }
            let ended = seen
                .event(&format!("DEBUG streamgen::{side}: call ended"))
                .await;
            assert!(ended.fields.get("elapsed").is_some());
            assert_eq!(ended.within.last().unwrap(), &format!("{side} {method}"));
        }
    }
}

/// Handlers run in the spans of their calls, and calls that they make lie in these.
#[tokio::test]
async fn spans_lie_in_each_other_as_the_calls_do() {
    for (wire, inner) in [
        (Wire::Streaming, Wire::Framed),
        (Wire::Streaming, Wire::TtHeader),
        (Wire::GrpcStream, Wire::GrpcUnary),
    ] {
        let seen = Capture::start();
        let last = serve(None).await;
        let first = serve(Some(client(inner, &last))).await;
        let outermost = client(wire, &first);
        let work = tracing::info_span!(target: "app", "work");
        call(wire, &outermost).instrument(work).await;

        for text in ["a stream is served", "a message is served"] {
            let event = seen.event(&format!("INFO app: {text}")).await;
            assert_eq!(event.within, ["connection", "server Bidi"], "{wire:?}");
        }
        let event = seen.event("INFO app: a call is served").await;
        assert_eq!(
            event.within,
            ["connection", "server OnlyOther"],
            "{inner:?}"
        );

        let spans: Vec<_> = seen.all().into_iter().filter(|told| told.is_span).collect();
        let within = |kind: &str, method: &str| {
            let mut found = spans.iter().filter(|span| {
                span.fields.get("otel.kind") == Some(kind)
                    && span.fields.get("rpc.method") == Some(method)
            });
            found.next().unwrap().within.clone()
        };
        assert_eq!(within("client", "Bidi"), ["work"], "{wire:?}");
        let inner = within("client", "OnlyOther");
        assert_eq!(inner, ["connection", "server Bidi"], "{wire:?}");
    }
}

#[tokio::test]
async fn a_call_that_fails_says_its_class_and_number_on_both_sides_and_no_text() {
    // Framed carries no business status.
    for wire in WIRES.into_iter().filter(|wire| *wire != Wire::Framed) {
        let seen = Capture::start();
        provoke(Cause::Business, wire).await.unwrap();
        for side in ["client", "server"] {
            let line = format!("DEBUG streamgen::{side}: call failed kind=BizStatus code=10001");
            seen.event(&line).await;
            let span = seen.span(&format!("INFO streamgen::{side}: call")).await;
            assert_eq!(span.fields.get("error.type"), Some("BizStatus"));
            assert_eq!(span.fields.get("otel.status_code"), Some("ERROR"));
            assert!(!span.line.contains("peer biz"), "{}", span.line);
        }
    }
}

#[tokio::test]
async fn a_status_of_grpc_is_a_field_of_the_span() {
    for wire in [Wire::GrpcStream, Wire::GrpcUnary] {
        let seen = Capture::start();
        provoke(Cause::HandlerFails, wire).await.unwrap();
        let span = seen.span("INFO streamgen::client: call").await;
        assert_eq!(span.fields.get("rpc.grpc.status_code"), Some("13"));
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_is_cancelled_on_both_sides() {
    for wire in WIRES {
        let seen = Capture::start();
        let (peer, mut reports) = Peer::reporting("stubborn");
        let builder = Server::builder().on_cancel(CancelPolicy::Drop);
        let server = start(builder.add_service(PeerServer::from(Arc::new(peer)))).await;
        let client = wire.client(server.address);
        let asking = tokio::spawn(async move { wire.ask(&client, "m".into(), None).await });
        assert_eq!(reports.recv().await.unwrap().message(), "started");
        asking.abort();
        for side in ["client", "server"] {
            let failed = format!("DEBUG streamgen::{side}: call failed kind=Canceled");
            seen.begins(&failed).await;
        }
    }
}

/// Dropped, it would be a call that failed.
#[tokio::test]
async fn a_stream_that_is_finished_early_is_a_call_that_ended_well() {
    for wire in [Wire::Streaming, Wire::GrpcStream] {
        let server = serve(None).await;
        let client = client(wire, &server);
        for finish in [true, false] {
            let seen = Capture::start();
            let mut stream = client.bidi().await.unwrap();
            stream.send(msg("m")).await.unwrap();
            stream.recv().await.unwrap().unwrap();
            let (event, other) = match finish {
                true => ("call ended", "call failed"),
                false => ("call failed kind=Canceled", "call ended"),
            };
            match finish {
                true => stream.finish(),
                false => drop(stream),
            }
            let of_client = |event| format!("DEBUG streamgen::client: {event}");
            assert_eq!(seen.events(&of_client(event)).len(), 1, "{wire:?}");
            assert_eq!(seen.events(&of_client(other)).len(), 0, "{wire:?}");
            seen.begins("DEBUG streamgen::server: call failed kind=Canceled")
                .await;
        }
    }
}

/// Panics when a call is over.
struct Panics;

impl Tracer for Panics {
    fn rpc_finish(&self, _: &TracedCall, _: &RpcFinish<'_>) {
        panic!("a tracer's own");
    }
}

/// Of the whole process, the first is a warning and those of the next seconds are not.
#[tokio::test]
async fn a_tracer_that_panics_is_told_of() {
    let service = OtherServer::new(Telling { downstream: None });
    let server = start(Server::builder().tracer(Panics).add_service(service)).await;
    let client = Wire::GrpcUnary.builder(OtherClient::builder("other"), server.address);
    let client = client.tracer(Panics).build().unwrap();
    let seen = Capture::start();
    client.only_other("m".into()).await.unwrap();
    let at =
        |level, side| format!("{level} streamgen::{side}: tracer panicked panic=a tracer's own");
    seen.event(&at("WARN", "server")).await;
    seen.event(&at("DEBUG", "client")).await;
}
