//! A server without a socket: the way of a test's client to its server, and of single calls.

use streamgen_runtime::server::Invoker;
use streamgen_runtime::unstable::pingpong::Framing;
use streamgen_runtime::{ErrorKind, Server};

use crate::bytes::{EXCEPTION, ONEWAY, REPLY, Raw};
use crate::rpc_support::{Peer, PeerServer};
use crate::wires::{ALL, PATIENT};

const FRAMINGS: [Framing; 4] = [
    Framing::Buffered,
    Framing::Framed,
    Framing::TtHeader,
    Framing::TtHeaderFramed,
];

fn invoker() -> Invoker {
    let server = Server::builder().add_service(PeerServer::new(Peer::default()));
    server.invoker().unwrap()
}

/// `Hello("x")`.
fn hello(framing: Framing) -> Raw {
    Raw::call(framing, "Hello", 7).body(&[11, 0, 1, 0, 0, 0, 1, b'x', 0])
}

async fn answered(invoker: &Invoker, request: &Raw) -> Raw {
    let answer = invoker.call(request.encode()).await.unwrap();
    Raw::decode(&answer)
}

#[tokio::test]
async fn a_client_reaches_it_over_every_wire_and_needs_no_address() {
    let invoker = invoker();
    for wire in ALL {
        let client = wire.builder(&[]).dial(invoker.clone()).build().unwrap();
        wire.call(&client, PATIENT).await.unwrap();
        wire.call(&client, PATIENT).await.unwrap();
    }
}

#[tokio::test]
async fn one_call_is_answered_in_its_own_framing() {
    let invoker = invoker();
    for framing in FRAMINGS {
        let answer = answered(&invoker, &hello(framing)).await;
        assert_eq!((answer.kind, answer.seq_id), (REPLY, 7), "{framing:?}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(text.contains("hello, x"), "{framing:?}: {text}");
        // Nothing in it says that the connection is over, because there is none.
        assert_eq!(answer.get("crrst"), "", "{framing:?}");
    }
}

#[tokio::test]
async fn calls_do_not_wait_for_one_another() {
    let invoker = invoker();
    let calls = (0..100).map(|_| {
        let invoker = invoker.clone();
        tokio::spawn(async move { answered(&invoker, &hello(Framing::Framed)).await.kind })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), REPLY);
    }
}

#[tokio::test]
async fn what_fails_is_answered_with_the_exception() {
    let unknown = Raw::call(Framing::Framed, "Nope", 1);
    let answer = answered(&invoker(), &unknown).await;
    assert_eq!(answer.kind, EXCEPTION);
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains("unknown"), "{text}");
}

#[tokio::test]
async fn a_oneway_call_has_an_empty_answer_when_its_handler_has_returned() {
    let (peer, mut reports) = Peer::reporting("");
    let invoker = Invoker::of(PeerServer::new(peer));
    for framing in FRAMINGS {
        let fire = Raw::call(framing, "Fire", 1).kind(ONEWAY);
        let fire = fire.body(&[12, 0, 1, 11, 0, 1, 0, 0, 0, 1, b'x', 0, 0]);
        let answer = invoker.call(fire.encode()).await.unwrap();
        assert!(answer.is_empty(), "{framing:?}");
        let report = reports.try_recv().expect("the handler has run");
        assert!(report.to_string().contains('x'), "{report}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_whole_request_are_an_error() {
    let whole = hello(Framing::Framed).encode();
    let half = whole[..whole.len() - 1].to_vec();
    for bytes in [Vec::new(), b"GET / HTTP/1.1\r\n\r\n".to_vec(), half] {
        let error = invoker().call(bytes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("no whole request"), "{error}");
    }
}

#[tokio::test]
async fn a_server_without_services_has_no_invoker() {
    let error = Server::builder().invoker().unwrap_err();
    assert!(error.to_string().contains("no service"), "{error}");
}

#[tokio::test]
async fn one_service_is_enough() {
    let invoker = Invoker::of(PeerServer::new(Peer::default()));
    assert_eq!(
        answered(&invoker, &hello(Framing::Framed)).await.kind,
        REPLY
    );
}
