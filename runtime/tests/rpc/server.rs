//! One port, several services, and a server's end.

use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use rpc_support::stream_gen::rpc::peer::SERVICE_INFO;
use rpc_support::{
    Msg, OtherClient, OtherServer, Peer, PeerServer, Second, client, msg, start, start_peer,
};
use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::{
    ClientBuilder, ErrorKind, MethodInfo, Mode, PayloadCodec, Server, ServerBuilder, ServiceInfo,
    Transport, UnaryTransport,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);

fn two_services() -> ServerBuilder {
    let peer = PeerServer::from(Arc::new(Peer {
        prefix: "echo:",
        ..Peer::default()
    }));
    Server::builder()
        .add_fallback_service(peer)
        .add_service(OtherServer::new(Second))
}

#[tokio::test]
async fn s87_two_services_and_three_wires_share_one_port() {
    let server = start(two_services()).await;
    let peer = client(&server, "");
    let builder = || OtherClient::builder("other").address(server.address.to_string());
    let other = builder()
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .build()
        .unwrap();

    let mut stream = peer.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "echo:m");

    let mut stream = other.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "other:m");

    assert_eq!(peer.sum(1, vec![2]).await.unwrap(), 3);
    assert_eq!(other.only_other("x".into()).await.unwrap(), "only:x");
    // Framed names no service: the method decides.
    let framed = builder().build().unwrap();
    assert_eq!(framed.only_other("x".into()).await.unwrap(), "only:x");
}

#[tokio::test]
async fn s25_an_unknown_method_or_service_is_answered() {
    let (server, _) = start_peer(Peer::default()).await;
    let builder = OtherClient::builder("other").address(server.address.to_string());
    let other = builder
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .build()
        .unwrap();

    let error = other.only_other("x".into()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.kitex_code()),
        (ErrorKind::Application, Some(20))
    );
    assert_eq!(error.message(), "unknown service Other, method OnlyOther");

    // `Bidi` of an unknown service is `Bidi` of the only service that has one.
    let mut stream = other.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");

    let strict = PeerServer::new(Peer::default());
    let server = start(
        Server::builder()
            .add_service(strict)
            .refuse_calls_without_service(),
    )
    .await;
    let builder = OtherClient::builder("other").address(server.address.to_string());
    let mut stream = builder.build().unwrap().bidi().await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.kitex_code(), Some(12_001));
    assert_eq!(error.message(), "unknown service Other, method Bidi");
}

#[tokio::test]
async fn s92_a_call_in_the_wrong_mode_fails_before_the_wire() {
    // Nobody listens: an attempt to send would fail otherwise.
    let builder = ClientBuilder::<ServiceClient>::new(&SERVICE_INFO, "peer".into());
    let channel = builder.address("127.0.0.1:1").build().unwrap();
    let bidi = SERVICE_INFO.method_index("Bidi").unwrap();
    let hello = SERVICE_INFO.method_index("Hello").unwrap();

    let error = channel
        .ping_pong::<Msg, Msg, _>(bidi, msg("m"))
        .await
        .unwrap_err();
    let error: streamgen_runtime::Error = error;
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        error.message(),
        "method Bidi of service Peer is BidiStreaming, called as PingPong"
    );
    let error = channel.bidi_streaming::<Msg, Msg>(hello).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = channel
        .client_streaming::<Msg, Msg>(bidi)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = channel
        .server_streaming::<Msg, Msg>(99, msg("m"))
        .await
        .unwrap_err();
    assert_eq!(error.message(), "service Peer has no method number 99");
}

/// `Peer` with the modes of two methods exchanged: what a client of another IDL believes.
static MISTAKEN: ServiceInfo = ServiceInfo::new(
    "Peer",
    "rpc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[
        MethodInfo::new("Hello", Mode::BidiStreaming),
        MethodInfo::new("Bidi", Mode::PingPong),
    ],
);

#[tokio::test]
async fn a_call_in_the_wrong_mode_is_answered_too() {
    let (server, _) = start_peer(Peer::default()).await;
    let builder = ClientBuilder::<ServiceClient>::new(&MISTAKEN, "peer".into());
    let channel = builder.address(server.address.to_string()).build().unwrap();

    let mut stream = channel.bidi_streaming::<Msg, Msg>(0).await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        error.message(),
        "method Hello (service Peer) does not stream"
    );

    let call = channel.ping_pong::<Msg, Msg, streamgen_runtime::Error>(1, msg("m"));
    let error = call.await.unwrap_err();
    assert_eq!(
        (error.kind(), error.kitex_code()),
        (ErrorKind::Application, Some(2))
    );
    assert_eq!(error.message(), "method Bidi (service Peer) is a stream");
}

#[test]
fn grpc_needs_a_destination_that_can_be_an_authority() {
    let builder = ClientBuilder::<ServiceClient>::new(&SERVICE_INFO, "no host".into());
    let built = builder
        .address("127.0.0.1:1")
        .transport(Transport::Grpc)
        .build();
    let error = built.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.message().contains("`no host`"), "{error}");
}

#[tokio::test]
async fn s81_a_failed_dial_fails_its_own_call() {
    let (server, _) = start_peer(Peer::default()).await;
    let builder = rpc_support::PeerClient::builder("peer").address("127.0.0.1:1");
    let client = builder.build().unwrap();
    let error = client.bidi().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let builder = rpc_support::PeerClient::builder("peer").address("127.0.0.1:1");
    let client = builder.address(server.address.to_string()).build().unwrap();
    let stream = client.bidi().await;
    assert!(stream.is_ok(), "the second address answers");
}

#[tokio::test]
async fn s90_a_stranger_is_closed_without_an_answer() {
    let (server, _) = start_peer(Peer::default()).await;
    let mut stranger = TcpStream::connect(server.address).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // A reset is as good as an end: nothing was answered.
    let _ = timeout(LONG, stranger.read_to_end(&mut answer))
        .await
        .expect("it is closed");
    assert!(answer.is_empty());
}

/// In front of a framed call, and of a buffered one (grpc-and-pingpong.md C.12): the header has no
/// place in an answer, which is framed as the call is.
#[tokio::test]
async fn a_mesh_header_is_refused_with_a_message() {
    let (server, _) = start_peer(Peer::default()).await;
    let mesh = b"\xff\xaf\x00\x0b\x00\x01\x00\x02to\x00\x03you";
    let buffered = b"\x80\x01\x00\x01\x00\x00\x00\x03Sum\x00\x00\x00\x07\x00";
    let framed = [&[0, 0, 0, 16], &buffered[..]].concat();
    for (call, envelope_at) in [(&framed[..], 4), (&buffered[..], 0)] {
        let mut client = TcpStream::connect(server.address).await.unwrap();
        client.write_all(&mesh[..]).await.unwrap();
        client.write_all(call).await.unwrap();
        let mut answer = Vec::new();
        let answered = timeout(LONG, client.read_to_end(&mut answer)).await;
        answered.expect("it is closed").unwrap();
        // An exception with the call's sequence id.
        let envelope = &answer[envelope_at..];
        assert!(envelope.starts_with(b"\x80\x01\x00\x03\x00\x00\x00\x03Sum\x00\x00\x00\x07"));
        let text = String::from_utf8_lossy(envelope);
        assert!(
            text.contains("MeshHeader is not served: use TTHeader"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn connections_above_the_limit_are_closed() {
    let service = PeerServer::new(Peer::default());
    let server = start(Server::builder().add_service(service).max_connections(1)).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    // Half a protocol: the connection stays until detection gives up.
    first.write_all(&[0; 4]).await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    let closed = timeout(LONG, second.read(&mut [0]))
        .await
        .expect("it is closed");
    assert!(matches!(closed, Ok(0) | Err(_)));
}

#[tokio::test]
async fn s84_a_stopping_server_serves_what_runs_and_refuses_what_is_new() {
    let (mut server, _) = start_peer(Peer::default()).await;
    let client = client(&server, "");
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("before")).await.unwrap();
    stream.recv().await.unwrap();

    server.stop.take().unwrap().send(()).unwrap();
    // The port is refused from here on; connecting tells when.
    let refused = async { while TcpStream::connect(server.address).await.is_ok() {} };
    timeout(LONG, refused)
        .await
        .expect("new connections are refused");

    stream.send(msg("after")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "after");
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
    let stopped = timeout(LONG, &mut server.serving).await;
    stopped
        .expect("the server stops when nothing runs")
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn s84_the_exit_wait_ends_what_does_not_end_itself() {
    let (peer, mut begun) = Peer::default().watched();
    let builder = Server::builder()
        .add_service(PeerServer::new(peer))
        .exit_wait(Duration::from_millis(100));
    let mut server = start(builder).await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        .await
        .unwrap();
    begun.recv().await.expect("the handler begins");

    server.stop.take().unwrap().send(()).unwrap();
    timeout(LONG, &mut server.serving)
        .await
        .expect("it stops")
        .unwrap()
        .unwrap();
    let error = timeout(LONG, stream.recv())
        .await
        .expect("it is closed")
        .unwrap_err();
    assert!(
        matches!(error.kitex_code(), Some(12_004 | 12_006)),
        "{error}"
    );
}
