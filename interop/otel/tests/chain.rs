//! One trace through Go, Rust and Go, over every wire on which Kitex's OpenTelemetry suite sends it.

#[path = "support/kitex.rs"]
mod kitex;
#[path = "../../peer/tests/support/kitex.rs"]
mod kitex_programs;
#[path = "support/spans.rs"]
mod spans;

use std::time::Duration;

use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use interop_otel::Middle;
use kitex::Kitex;
use spans::{Ended, Spans};
use streamgen_runtime::{ClientBuilder, Server, Transport, UnaryTransport};
use tracing::Instrument as _;

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
const CONNECTED: Duration = Duration::from_secs(20);
/// Methods, each with a wire that carries it, by the name that the Go program has for the wire.
const CHAINS: [(&str, &str); 4] = [
    ("PingPong", "ttheader"),
    ("Echo", "ttheader"),
    ("PingPong", "grpc"),
    ("Echo", "grpc"),
];

fn client(wire: &str, address: &str) -> TestServiceClient {
    let builder: ClientBuilder<TestServiceClient> = TestServiceClient::builder("go");
    let builder = builder.address(address.to_owned());
    let builder = builder.connect_timeout(CONNECTED);
    let builder = match wire {
        "grpc" => builder.transport(Transport::Grpc),
        _ => builder
            .transport(Transport::TtHeaderStreaming)
            .unary_transport(UnaryTransport::TtHeaderFramed),
    };
    builder.build().unwrap()
}

/// Serves the middle of the chain, and returns its address.
async fn serve(wire: &str, next: &str) -> String {
    let middle = Middle {
        next: client(wire, next),
    };
    let server = Server::builder().add_service(TestServiceServer::new(middle));
    let server = server.bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    tokio::spawn(server.serve());
    address
}

fn only<'a>(spans: &'a [Ended], kind: &str) -> &'a Ended {
    let found: Vec<_> = spans.iter().filter(|span| span.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind} of {spans:?}");
    found[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_through_go_rust_and_go() {
    let Some(mut go) = Kitex::start() else { return };
    let spans = Spans::install();
    for (method, wire) in CHAINS {
        let middle = serve(wire, &go.address).await;
        spans.forget();
        let theirs = go.call(&format!("{method} {wire} {middle}"));
        let ours = spans.ended(2).await;
        let (first, last) = (only(&theirs, "client"), only(&theirs, "server"));
        let (taken, passed) = (only(&ours, "server"), only(&ours, "client"));
        let chain = [first, taken, passed, last];
        for span in chain {
            assert_eq!(span.trace, first.trace, "{method} {wire}: {chain:#?}");
            let name = format!("TestService/{method}");
            assert!(span.name.ends_with(&name), "{method} {wire}: {chain:#?}");
        }
        assert_eq!(first.parent, "0000000000000000");
        for pair in chain.windows(2) {
            assert_eq!(pair[1].parent, pair[0].span, "{method} {wire}: {chain:#?}");
        }
    }
}

/// The trace begins in a span of this program.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_ours_is_continued_by_kitex() {
    let Some(mut go) = Kitex::start() else { return };
    let spans = Spans::install();
    for wire in ["ttheader", "grpc"] {
        let client = client(wire, &go.address);
        spans.forget();
        let message = "hello".into();
        let call = async { client.ping_pong(Request { message }).await.unwrap() };
        call.instrument(tracing::info_span!(target: "app", "app"))
            .await;
        let ours = spans.ended(2).await;
        let theirs = go.served();
        let (app, sent) = (only(&ours, "internal"), only(&ours, "client"));
        let taken = only(&theirs, "server");
        assert_eq!(sent.parent, app.span, "{wire}");
        assert_eq!(taken.parent, sent.span, "{wire}");
        assert_eq!(taken.trace, app.trace, "{wire}");
    }
}
