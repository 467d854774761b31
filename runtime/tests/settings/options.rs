//! Options of a single call that are no limits of time.

use streamgen_runtime::client::{BidiStreamingCall, PingPongCall};
use streamgen_runtime::{Encoding, Error, FastStr, Result, Server};

use crate::rpc_support::{Msg, Peer, PeerServer, msg, start};
use crate::{Cell, KINDS, Kind, Row, refused};

type StreamCall = BidiStreamingCall<Msg, Msg>;
type Call = PingPongCall<Msg, FastStr, Error>;

/// Each with its name in Kitex.
type Option = (
    &'static str,
    &'static str,
    fn(StreamCall) -> StreamCall,
    fn(Call) -> Call,
);

const OPTIONS: [Option; 4] = [
    (
        "metainfo",
        "metainfo.WithValue",
        |call| call.metainfo("k", "v"),
        |call| call.metainfo("k", "v"),
    ),
    (
        "metainfo of every hop",
        "metainfo.WithPersistentValue",
        |call| call.persistent_metainfo("k", "v"),
        |call| call.persistent_metainfo("k", "v"),
    ),
    (
        "header",
        "metadata.AppendToOutgoingContext",
        |call| call.header([("k", "v")]),
        |call| call.header([("k", "v")]),
    ),
    (
        "encoding",
        "callopt.WithGRPCCompressor",
        |call| call.encoding(Encoding::GZIP),
        |call| call.encoding(Encoding::GZIP),
    ),
];

pub(crate) async fn rows() -> Vec<Row> {
    let service = PeerServer::from(std::sync::Arc::new(Peer::default()));
    let server = start(Server::builder().add_service(service)).await;
    let mut rows = Vec::new();
    for (name, kitex, of_stream, of_call) in OPTIONS {
        let mut cells = [Cell::Effect; 5];
        for (cell, kind) in cells.iter_mut().zip(KINDS) {
            let client = kind.builder(server.address).build().unwrap();
            let made: Result<()> = match kind.is_stream() {
                true => of_stream(client.bidi_streaming(0)).await.map(drop),
                false => of_call(client.ping_pong(0, msg("m"))).await.map(drop),
            };
            let method = name.split(' ').next().unwrap_or(name);
            if refused(method, kind, made) {
                *cell = Cell::Refused;
            }
        }
        rows.push((name, kitex, cells));
    }
    rows
}

/// Metainfo that a handler's context passes on is no option of the call.
#[tokio::test]
async fn a_context_with_metainfo_is_no_error() {
    let service = PeerServer::from(std::sync::Arc::new(Peer::default()));
    let server = start(Server::builder().add_service(service)).await;
    let cx = streamgen_runtime::Context::new().with_metainfo("k", "v");
    let client = Kind::Framed.builder(server.address).build().unwrap();
    let call: Call = client.ping_pong(0, msg("m"));
    call.context(&cx).await.unwrap();
}
