//! The same cause is the same error on every wire: `docs/errors.md`, and what it cannot show.

mod errors_support;
mod grpc_support;
mod rpc_support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use errors_support::{CAUSES, LONG, WIRES, Wire, document, provoke, small_streams};
use rpc_support::{Msg, Peer, PeerClient, PeerServer, msg, start, start_peer};
use streamgen_runtime::{Code, Error, ErrorKind, PoolMode, Server};

/// Classes that differ between wires because one of them has no place for what the others tell.
fn is_known_to_differ(cause: &str, kind: ErrorKind) -> bool {
    cause == "the handler returns a business status" && kind == ErrorKind::Application
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_of_causes_is_what_happens() {
    let mut rows = Vec::new();
    for (cause, name) in CAUSES {
        let mut cells = Vec::new();
        for wire in WIRES {
            if let Some(error) = provoke(*cause, wire).await {
                cells.push((wire, error));
            }
        }
        rows.push((*name, cells));
    }
    for (name, cells) in &rows {
        let first = cells[0].1.kind();
        for (wire, error) in cells {
            let same = error.kind() == first || is_known_to_differ(name, error.kind());
            assert!(
                same,
                "{name}: {first:?}, but over {}: {error:?}",
                wire.name()
            );
            assert!(
                !wire.is_grpc() || error.grpc_code().is_some(),
                "{name} over {}: {error:?}",
                wire.name()
            );
        }
    }
    compare(&document(&rows));
}

fn compare(document: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(&path, document).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == document,
        "docs/errors.md is stale; it would be:\n{document}\n\
         after a wanted change: STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test errors"
    );
}

/// Both sides watch the same limit. Whoever is first: the caller's time is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_that_the_server_enforces_too_is_a_timeout() {
    for wire in [Wire::TtHeader, Wire::GrpcUnary, Wire::GrpcStream] {
        let peer = Peer {
            always: "hold",
            ..Peer::default()
        };
        let (server, _reasons) = start_peer(peer).await;
        let client = wire.client(server.address);
        for micros in 0..200 {
            // No whole number of milliseconds, which is what a TTHeader can say.
            let limit = Duration::from_micros(3_000 + 17 * micros);
            let error = wire.refused(&client, Some(limit)).await;
            assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}: {error}");
        }
    }
}

/// A handler's own call ends with the handler's, whichever wires these two use, and its error has the
/// number of its own wire.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parents_end_is_the_same_error_below_it_on_every_wire() {
    for below in WIRES {
        for above in WIRES {
            let between = format!("{above:?} above, {below:?} below");
            let (stream, call) = (below.is_stream(), ["relay stream", "relay call"]);
            let always = if stream { call[0] } else { call[1] };
            let error = below_a_handler(above, below, always).await;
            assert_eq!(error.kind(), ErrorKind::Canceled, "{between}: {error}");
            assert_eq!(
                error.grpc_code(),
                Some(Code::CANCELED),
                "{between}: {error}"
            );
            assert!(
                !below.is_grpc() || error.grpc_code() == Some(Code::CANCELED),
                "{between}: {error}"
            );

            let call = ["relay a brief stream", "relay a brief call"];
            let always = if stream { call[0] } else { call[1] };
            let error = below_a_handler(above, below, always).await;
            assert_eq!(error.kind(), ErrorKind::Timeout, "{between}: {error}");
            assert_eq!(
                error.grpc_code(),
                Some(Code::DEADLINE_EXCEEDED),
                "{between}: {error}"
            );
        }
    }
}

/// What the call of a handler sees that does so, and whose own caller gives up unless that call is
/// brief.
async fn below_a_handler(above: Wire, below: Wire, always: &'static str) -> Error {
    let held = Peer {
        always: "hold",
        ..Peer::default()
    };
    let (holding, _reasons) = start_peer(held).await;
    let relay = Peer {
        always,
        downstream: Some(below.client(holding.address)),
        ..Peer::default()
    };
    let (relaying, mut reports) = start_peer(relay).await;
    let client = above.client(relaying.address);
    let asking = tokio::spawn(async move { above.ask(&client, "m".into(), None).await });
    assert_eq!(reports.recv().await.unwrap().message(), "started");
    if !always.contains("brief") {
        asking.abort();
    }
    let report = tokio::time::timeout(LONG, reports.recv()).await;
    report.expect("it ends").expect("the server lives")
}

/// One message above the limit takes the connection with it. Others on it lose their connection, and
/// are not told of a limit that they did not break.
#[tokio::test]
async fn only_the_culprit_is_told_of_the_limit() {
    let service = PeerServer::from(Arc::new(Peer::default()));
    let builder = Server::builder().add_service(service);
    let server = start(builder.stream_limits(small_streams())).await;
    let builder = Wire::Streaming.builder(PeerClient::builder("peer"), server.address);
    let client = builder.pool(PoolMode::Mux { slots: 1 }).build().unwrap();

    let mut bystander = client.bidi().await.unwrap();
    bystander.send(msg("m")).await.unwrap();
    assert_eq!(bystander.recv().await.unwrap().unwrap().text, "m");
    let mut culprit = client.bidi().await.unwrap();
    let text = "m".repeat(1 << 20).into();
    culprit.send(Msg { text, seq: 0 }).await.unwrap();

    let error = culprit.recv().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceExhausted, "{error}");
    let error = bystander.recv().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
}

#[test]
fn an_error_tells_whose_number_it_has() {
    let status = Error::grpc_status(Code::NOT_FOUND, "none");
    assert_eq!(
        (status.grpc_code(), status.kitex_code()),
        (Some(Code::NOT_FOUND), None)
    );
    let exception = Error::application("failed");
    assert_eq!(
        (exception.grpc_code(), exception.kitex_code()),
        (None, Some(6))
    );
}
