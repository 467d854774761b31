//! A client of bytes against a server of generated code.

use std::sync::{Arc, Mutex};

use streamgen_runtime::client::{BinaryClient, Channel};
use streamgen_runtime::middleware::{Calling, Middleware, Next};
use streamgen_runtime::{
    ApplicationException, ErrorKind, RawMessage, Result, Transport, UnaryTransport,
};

use super::rpc_support::{Peer, Running, start_peer};
use super::{CALLS, STREAMS, arguments, raw, result, told};

fn client(server: &Running, stream: Transport, unary: UnaryTransport) -> BinaryClient {
    let channel = Channel::builder("peer").address(server.address.to_string());
    let channel = channel.transport(stream).unary_transport(unary).build();
    BinaryClient::thrift("Peer", channel.expect("it has an address")).package("rpc")
}

fn calling(server: &Running, unary: UnaryTransport) -> BinaryClient {
    client(server, Transport::TtHeaderStreaming, unary)
}

fn streaming(server: &Running, stream: Transport) -> BinaryClient {
    client(server, stream, UnaryTransport::TtHeaderFramed)
}

#[tokio::test]
async fn calls_go_over_every_wire() {
    let (server, mut reports) = start_peer(Peer::default()).await;
    for wire in CALLS {
        let client = calling(&server, wire);
        let reply = client.call("Hello", arguments("you")).await;
        assert_eq!(reply.unwrap(), result("hello, you"), "{wire:?}");
        if wire != UnaryTransport::Grpc {
            let fired = client.one_way("Fire", b"\x0c\0\x01\x0b\0\x01\0\0\0\x01a\0\0".to_vec());
            fired.await.unwrap();
            assert_eq!(reports.recv().await.unwrap().message(), "a");
        }
    }
}

#[tokio::test]
async fn an_exception_that_the_idl_declares_is_in_the_result() {
    let (server, _) = start_peer(Peer::default()).await;
    for wire in CALLS {
        let reply = calling(&server, wire).call("Nothing", arguments("refuse"));
        // Field 2 of the result is a struct with code 7 and its reason.
        let refused = b"\x0c\0\x02\x08\0\x01\0\0\0\x07\x0b\0\x02\0\0\0\x06refuse\0\0";
        assert_eq!(*reply.await.unwrap(), refused[..], "{wire:?}");
    }
}

#[tokio::test]
async fn errors_are_those_of_typed_calls() {
    let (server, _) = start_peer(Peer::default()).await;
    for wire in [UnaryTransport::TtHeaderFramed, UnaryTransport::Grpc] {
        let client = calling(&server, wire);
        let hello = || client.call("Hello", arguments("you"));
        let error = hello().metainfo("DO", "biz").await.unwrap_err();
        let biz = error.biz_status().unwrap();
        assert_eq!((biz.code(), biz.message()), (10_001, "peer biz"));
        assert_eq!(biz.extras().unwrap()["k"], "v");
        let error = hello().metainfo("DO", "err").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Application, "{wire:?}: {error}");
        let error = client.call("Missing", arguments("you")).await.unwrap_err();
        assert!(
            error.message().contains("unknown method Missing"),
            "{error}"
        );
    }
    let error = calling(&server, UnaryTransport::TtHeaderFramed);
    let error = error.call("Missing", arguments("you")).await.unwrap_err();
    let unknown = Some(ApplicationException::UNKNOWN_METHOD);
    assert_eq!(error.kitex_code(), unknown);
}

#[tokio::test]
async fn streams_of_every_shape_go_over_every_wire() {
    let (server, _) = start_peer(Peer::default()).await;
    for wire in STREAMS {
        let client = streaming(&server, wire);
        let mut stream = client.bidi_streaming("Bidi").await.unwrap();
        for text in ["a", "b"] {
            stream.send(raw(text, 7)).await.unwrap();
            let answer = stream.recv().await.unwrap().unwrap();
            assert_eq!(told(answer), (text.to_owned(), 7));
        }
        stream.close_send().await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), None);

        let mut stream = client.client_streaming("Collect").await.unwrap();
        for text in ["a", "b", "c"] {
            stream.send(raw(text, 0)).await.unwrap();
        }
        let answer = stream.close_and_recv().await.unwrap();
        assert_eq!(told(answer), ("c".to_owned(), 3));

        let mut stream = client.server_streaming("Count", raw("n", 2)).await.unwrap();
        for seq in 0..2 {
            let answer = stream.recv().await.unwrap().unwrap();
            assert_eq!(told(answer), ("n".to_owned(), seq));
        }
        assert_eq!(stream.recv().await.unwrap(), None);
    }
}

#[tokio::test]
async fn headers_trailers_and_cancels_are_those_of_typed_streams() {
    let (server, _) = start_peer(Peer::default()).await;
    for wire in STREAMS {
        let client = streaming(&server, wire);
        let call = client.bidi_streaming("Bidi").metainfo("DO", "header");
        let mut stream = call.await.unwrap();
        let header = stream.header().await.unwrap();
        assert_eq!(
            (header.get("set"), header.get("sent")),
            (Some("h1"), Some("h2"))
        );
        stream.close_send().await.unwrap();
        assert_eq!(stream.trailer().await.unwrap().get("trailer"), Some("t1"));

        let mut stream = client.bidi_streaming("Bidi").await.unwrap();
        stream.send(raw("a", 1)).await.unwrap();
        assert!(stream.recv().await.unwrap().is_some());
        stream.cancel();
        let error = stream.recv().await.unwrap_err();
        assert!(error.is_canceled(), "{wire:?}: {error}");
    }
}

/// Notes the names and the request of each call.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<String>>>);

impl Middleware for Noted {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let call = calling.call();
        let names = format!("{}.{} {:?}", call.service(), call.method(), call.mode());
        self.0.lock().unwrap().push(names);
        next.run(calling).await
    }
}

#[tokio::test]
async fn middleware_sees_the_names_of_the_call() {
    let (server, _) = start_peer(Peer::default()).await;
    let noted = Noted::default();
    let channel = Channel::builder("peer").address(server.address.to_string());
    let channel = channel.middleware(noted.clone()).build().unwrap();
    let client = BinaryClient::thrift("Peer", channel);
    client.call("Hello", arguments("you")).await.unwrap();
    let stream = client.bidi_streaming("Bidi").await.unwrap();
    drop(stream);
    let noted = noted.0.lock().unwrap();
    assert_eq!(*noted, ["Peer.Hello PingPong", "Peer.Bidi BidiStreaming"]);
}

#[tokio::test]
async fn a_message_that_is_no_struct_is_the_servers_to_refuse() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = calling(&server, UnaryTransport::Framed);
    let call = client.call("Hello", RawMessage::from(vec![11, 0, 1]));
    let error = call.await.unwrap_err();
    let refused = Some(ApplicationException::PROTOCOL_ERROR);
    assert_eq!(error.kitex_code(), refused, "{error}");
    let reply = client.call("Hello", arguments("you")).await;
    assert_eq!(reply.unwrap(), result("hello, you"));
}
