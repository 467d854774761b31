//! Ping-pong requests written by hand, against a server of generated services: what the wire and the
//! server above it do together.

use crate::bytes;
use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use bytes::{CALL, EXCEPTION, REPLY, Raw, exception, is_closed, next, next_of, string_field};
use rpc_support::{OtherServer, Peer, PeerServer, Running, Second, start, start_peer};
use streamgen_runtime::unstable::pingpong::Framing;
use streamgen_runtime::{ErrorKind, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const ALL: [Framing; 4] = [
    Framing::Buffered,
    Framing::Framed,
    Framing::TtHeader,
    Framing::TtHeaderFramed,
];

const LONG: Duration = Duration::from_secs(60);

async fn connect(server: &Running) -> TcpStream {
    TcpStream::connect(server.address).await.unwrap()
}

/// A call of Hello; over TTHeader of the service Peer, and with the wish `what`.
fn hello(framing: Framing, seq_id: i32, what: &str) -> Raw {
    let call = Raw::call(framing, "Hello", seq_id).body(&string_field(1, "x"));
    let named = call.string("isn", "Peer");
    match what {
        "" => named,
        what => named.string("RPC_TRANSIT_do", what),
    }
}

#[tokio::test]
async fn g73_a_panic_and_an_unknown_method_are_exceptions() {
    let always = Peer {
        always: "panic",
        ..Peer::default()
    };
    let (server, _) = start_peer(always).await;
    for framing in ALL {
        let mut io = connect(&server).await;
        io.write_all(&hello(framing, 5, "").encode()).await.unwrap();
        // The text has the place of the panic.
        let reply = match framing {
            Framing::Buffered => {
                let mut start = vec![0; 12 + 5];
                io.read_exact(&mut start).await.unwrap();
                Raw::decode(&start)
            }
            _ => next(&mut io).await,
        };
        assert_eq!((reply.kind, reply.seq_id), (EXCEPTION, 5), "{framing:?}");
        if framing != Framing::Buffered {
            assert!(reply.body.ends_with(&[8, 0, 2, 0, 0, 0, 6, 0]));
        }

        let named = matches!(framing, Framing::TtHeader | Framing::TtHeaderFramed);
        let expected = match named {
            true => exception("unknown method None (service Peer)", 1),
            false => exception("unknown service , method None", 20),
        };
        let mut io = connect(&server).await;
        let unknown = Raw::call(framing, "None", 6).string("isn", "Peer");
        io.write_all(&unknown.encode()).await.unwrap();
        let reply = next_of(&mut io, framing, "None", expected.len()).await;
        assert_eq!((reply.kind, reply.seq_id), (EXCEPTION, 6));
        assert_eq!(reply.body, expected);
        assert_eq!(reply.get("crrst"), if named { "1" } else { "" });
        assert!(is_closed(&mut io).await);
    }
}

/// `Echo` takes a struct whose text is required.
#[tokio::test]
async fn g74_a_missing_required_field_is_an_exception_and_then_the_end() {
    let (server, _) = start_peer(Peer::default()).await;
    for framing in [Framing::Framed, Framing::TtHeader, Framing::TtHeaderFramed] {
        let mut io = connect(&server).await;
        let empty = Raw::call(framing, "Echo", 8).body(&[12, 0, 1, 0, 0]);
        io.write_all(&empty.encode()).await.unwrap();
        let reply = next(&mut io).await;
        assert_eq!((reply.kind, reply.seq_id), (EXCEPTION, 8));
        assert!(reply.body.ends_with(&[8, 0, 2, 0, 0, 0, 7, 0]));
        assert!(is_closed(&mut io).await, "{framing:?}");
    }
}

#[tokio::test]
async fn g77_results_are_a_field_or_none() {
    let (server, _) = start_peer(Peer::default()).await;
    for framing in ALL {
        let mut io = connect(&server).await;
        let mut answer = async |method: &str, args: &[u8], result: &[u8]| {
            let call = Raw::call(framing, method, 1).body(args);
            io.write_all(&call.encode()).await.unwrap();
            let reply = next_of(&mut io, framing, method, result.len()).await;
            assert_eq!((reply.kind, &reply.body[..]), (REPLY, result), "{method}");
        };
        // void, and what it throws in field 2.
        answer("Nothing", &string_field(1, "note"), &[0]).await;
        let refused = b"\x0c\0\x02\x08\0\x01\0\0\0\x07\x0b\0\x02\0\0\0\x06refuse\0\0";
        answer("Nothing", &string_field(1, "refuse"), refused).await;
        // A struct in field 0.
        let args = b"\x0c\0\x01\x0b\0\x01\0\0\0\x01x\0\0";
        let result = b"\x0c\0\0\x0b\0\x01\0\0\0\x01x\x0a\0\x02\0\0\0\0\0\0\0\0\0\0";
        answer("Echo", args, result).await;
    }
}

#[tokio::test]
async fn g82_a_server_keeps_to_the_callers_time() {
    let (server, mut ended) = start_peer(Peer::default()).await;
    for framing in [Framing::TtHeader, Framing::TtHeaderFramed] {
        for flags in [0, 1] {
            let mut io = connect(&server).await;
            let call = hello(framing, 9, "hold").int(12, "20").flags(flags);
            io.write_all(&call.encode()).await.unwrap();
            let reason = ended.recv().await.unwrap();
            assert_eq!(reason.kind(), ErrorKind::Timeout);
            assert_eq!(next(&mut io).await.kind, EXCEPTION);
        }
    }
}

/// All that a connection needs to say for HTTP/2: preface and an empty SETTINGS frame.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test]
async fn g91_another_preface_than_http2s_is_closed() {
    let (server, _) = start_peer(Peer::default()).await;
    let mut io = connect(&server).await;
    io.write_all(b"PRI * HTTP/1.1\r\nHost: peer\r\n\r\n\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // Perhaps a GOAWAY; a reset tells the end as well.
    let _ = timeout(LONG, io.read_to_end(&mut answer)).await.unwrap();
}

#[tokio::test]
async fn g94_no_byte_read_by_the_detection_is_lost() {
    let (server, _) = start_peer(Peer::default()).await;
    for framing in ALL {
        let mut io = connect(&server).await;
        // Two calls in the segment that the detection reads.
        let calls = [1, 2].map(|seq_id| hello(framing, seq_id, "").encode());
        io.write_all(&calls.concat()).await.unwrap();
        let result = string_field(0, "hello, x");
        for seq_id in [1, 2] {
            let reply = next_of(&mut io, framing, "Hello", result.len()).await;
            assert_eq!((reply.seq_id, &reply.body), (seq_id, &result));
        }
    }
    // The whole preface, and the client's SETTINGS, which are acknowledged.
    let mut io = connect(&server).await;
    io.write_all(HTTP2).await.unwrap();
    let acknowledged = async {
        loop {
            let mut head = [0; 9];
            io.read_exact(&mut head).await.unwrap();
            let length = usize::from(head[1]) << 8 | usize::from(head[2]);
            io.read_exact(&mut vec![0; length]).await.unwrap();
            if head[3..5] == [4, 1] {
                return;
            }
        }
    };
    timeout(LONG, acknowledged).await.unwrap();
}

/// One service that is asked when nobody is named, and another.
async fn two_services() -> Running {
    let peer = PeerServer::from(Arc::new(Peer::default()));
    let builder = Server::builder().add_fallback_service(peer);
    start(builder.add_service(OtherServer::new(Second))).await
}

#[tokio::test]
async fn g87_a_service_that_is_named_or_not_is_found_by_the_wire_too() {
    let server = two_services().await;
    let framing = Framing::TtHeaderFramed;
    let cases = [
        ("Peer", "Hello", Ok("hello, x")),
        ("Other", "OnlyOther", Ok("only:x")),
        ("Gone", "OnlyOther", Ok("only:x")),
        ("", "OnlyOther", Ok("only:x")),
        ("", "Hello", Ok("hello, x")),
        ("Other", "Hello", Err(1)),
        ("Gone", "None", Err(20)),
    ];
    for (service, method, expected) in cases {
        let mut io = connect(&server).await;
        let call = Raw::call(framing, method, 1).body(&string_field(1, "x"));
        let call = match service {
            "" => call,
            service => call.string("isn", service),
        };
        io.write_all(&call.encode()).await.unwrap();
        let reply = next(&mut io).await;
        match expected {
            Ok(text) => assert_eq!(reply.body, string_field(0, text), "{service}.{method}"),
            Err(id) => assert!(reply.body.ends_with(&[8, 0, 2, 0, 0, 0, id, 0])),
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_nameless_wants_the_exact_name() {
    let peer = PeerServer::from(Arc::new(Peer::default()));
    let strict = Server::builder().refuse_calls_without_service();
    let server = start(strict.add_service(peer)).await;
    for (framing, service, kind) in [
        (Framing::TtHeaderFramed, "Peer", REPLY),
        (Framing::TtHeaderFramed, "Gone", EXCEPTION),
        (Framing::TtHeaderFramed, "", EXCEPTION),
        (Framing::Framed, "", EXCEPTION),
    ] {
        let mut io = connect(&server).await;
        let call = Raw::call(framing, "Hello", 1).kind(CALL);
        let call = call.body(&string_field(1, "x")).string("isn", service);
        io.write_all(&call.encode()).await.unwrap();
        let reply = next(&mut io).await;
        assert_eq!(reply.kind, kind, "{framing:?} {service:?}");
        if kind == EXCEPTION {
            let text = format!("unknown service {service}, method Hello");
            assert_eq!(reply.body, exception(&text, 20));
        }
    }
}

/// Its client sends ahead. If what it has sent were left unread, the system would reset the connection.
#[tokio::test]
async fn the_last_answer_of_a_stopping_server_arrives_however_much_the_client_has_sent_ahead() {
    for framing in [Framing::Framed, Framing::TtHeader, Framing::TtHeaderFramed] {
        let (peer, mut reports) = Peer::reporting("drain");
        let mut server =
            start(Server::builder().add_service(PeerServer::from(Arc::new(peer)))).await;
        let mut io = connect(&server).await;
        let call = hello(framing, 1, "").encode();
        io.write_all(&call).await.unwrap();
        assert_eq!(reports.recv().await.unwrap().message(), "started");
        // More than the server reads ahead, and less than fits into the sockets.
        io.write_all(&call.repeat(100 * 1024 / call.len()))
            .await
            .unwrap();
        server.stop.take().unwrap().send(()).unwrap();

        let reply = timeout(LONG, next(&mut io)).await.unwrap();
        assert_eq!((reply.kind, reply.seq_id), (REPLY, 1), "{framing:?}");
        let end = timeout(LONG, io.read(&mut [0])).await.unwrap();
        assert_eq!(end.expect("no reset"), 0, "{framing:?}");
    }
}
