//! `docs/ends.md`, which says what each end of a handler becomes on each wire, and at our own client.

#[path = "../pingpong/bytes.rs"]
mod bytes;
#[path = "../conn_support/mod.rs"]
mod conn_support;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;

mod client;
mod document;
mod on_the_wire;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use rpc_support::{Peer, PeerServer, Running, start};
use streamgen_runtime::{CancelPolicy, Server, ServerBuilder};

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
/// A limit that is reached.
const SOON: Duration = Duration::from_millis(50);

/// How a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Streaming,
    GrpcStream,
    GrpcUnary,
    Framed,
    TtHeaderFramed,
    Buffered,
}

const WIRES: [Wire; 6] = [
    Wire::Streaming,
    Wire::GrpcStream,
    Wire::GrpcUnary,
    Wire::Framed,
    Wire::TtHeaderFramed,
    Wire::Buffered,
];

impl Wire {
    fn is_stream(self) -> bool {
        matches!(self, Self::Streaming | Self::GrpcStream)
    }
}

/// An end of a handler: its name in the document, what the handler is told to do, and whether only a
/// stream or only a call without one can end so.
struct End {
    name: &'static str,
    wish: &'static str,
    only: Option<Only>,
    policy: CancelPolicy,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    Streams,
    Calls,
}

const fn end(name: &'static str, wish: &'static str) -> End {
    End {
        name,
        wish,
        only: None,
        policy: CancelPolicy::Advise,
    }
}

const ENDS: [End; 10] = [
    end("returns `Ok`", ""),
    end("returns a business status", "biz"),
    end("returns a plain error, `Error::application`", "err"),
    end("returns an exception with a type of its own", "exception"),
    end("returns a gRPC status, `Error::grpc_status`", "status"),
    End {
        only: Some(Only::Calls),
        ..end("returns an exception that the IDL declares", "refuse")
    },
    end(
        "passes on an error of its own call, which was refused",
        "down",
    ),
    end("panics", "panic"),
    End {
        only: Some(Only::Streams),
        ..end(
            "meets the server's `stream_recv_timeout`, and returns the error",
            "recv",
        )
    },
    End {
        only: Some(Only::Streams),
        policy: CancelPolicy::Drop,
        ..end(
            "is dropped at that timeout, by `CancelPolicy::Drop`",
            "recv",
        )
    },
];

impl End {
    fn happens_on(&self, wire: Wire) -> bool {
        match self.only {
            None => true,
            Some(Only::Streams) => wire.is_stream(),
            Some(Only::Calls) => !wire.is_stream(),
        }
    }

    fn server(&self) -> ServerBuilder {
        let peer = Peer {
            always: self.wish,
            ..Peer::default()
        };
        let builder = Server::builder().add_service(PeerServer::from(Arc::new(peer)));
        let builder = builder.on_cancel(self.policy);
        match self.wish {
            "recv" => builder.stream_recv_timeout(SOON),
            _ => builder,
        }
    }

    async fn start(&self) -> Running {
        start(self.server()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_of_ends_is_what_happens() {
    let mut rows = Vec::new();
    for end in &ENDS {
        let mut cells = Vec::new();
        for wire in WIRES.into_iter().filter(|wire| end.happens_on(*wire)) {
            let answer = on_the_wire::answer(end, wire).await;
            cells.push((wire, answer, client::seen(end, wire).await));
        }
        rows.push((end.name, cells));
    }
    compare(&document::of(&rows));
}

fn compare(document: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ends.md");
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(&path, document).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == document,
        "docs/ends.md is stale; it would be:\n{document}\n\
         after a wanted change: STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test ends"
    );
}
