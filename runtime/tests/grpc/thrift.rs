//! What Thrift over gRPC looks like, byte by byte (grpc-and-pingpong.md A.6).

use crate::grpc_support;
use crate::notes_support;
use crate::rpc_support;

use bytes::Bytes;
use grpc_support::{Accepting, PROTOBUF, RawClient, RawServer, headers, read_all, text, trailers};
use http::Response;
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use rpc_support::stream_gen::rpc::peer::EchoError;
use rpc_support::{Peer, PeerClient, msg, start_peer};
use streamgen_runtime::Transport;

/// `Args{1: {1: "u"}}`
const ARGS: &[u8] = b"\0\0\0\0\x0d\x0c\0\x01\x0b\0\x01\0\0\0\x01u\0\0";
/// `Result{0: {1: "u"}}`
const RESULT: &[u8] = b"\0\0\0\0\x0d\x0c\0\0\x0b\0\x01\0\0\0\x01u\0\0";
/// `{1: "hi"}`
const HI: &[u8] = b"\0\0\0\0\x0a\x0b\0\x01\0\0\0\x02hi\0";
/// `Result{1: {1: i32 77, 2: "refused"}}`
const REFUSED: &[u8] = b"\0\0\0\0\x1a\x0c\0\x01\x08\0\x01\0\0\0\x4d\x0b\0\x02\0\0\0\x07refused\0\0";

/// What the server under test answers to these bytes, and the status.
async fn answer(client: &RawClient, path: &str, request: &'static [u8]) -> (Bytes, String) {
    let (response, mut send) = client.call(path).await;
    send.send_data(Bytes::from_static(request), true).unwrap();
    let (data, trailers) = read_all(response.await.unwrap().into_body()).await.unwrap();
    (data, text(&trailers.unwrap(), "grpc-status").unwrap())
}

#[tokio::test]
async fn g22_a_server_reads_arguments_and_writes_a_result() {
    let book = Served::over(Transport::Grpc).await;
    let client = RawClient::connect(book.address).await;
    let (data, status) = answer(&client, "/notes.Notes/Unary", ARGS).await;
    assert_eq!((&data[..], &*status), (RESULT, "0"));
}

#[tokio::test]
async fn g23_a_server_reads_and_writes_bare_structs_on_streams() {
    let book = Served::over(Transport::Grpc).await;
    let client = RawClient::connect(book.address).await;
    for path in ["/notes.Notes/Bidi", "/notes.Notes/Collect"] {
        let (data, status) = answer(&client, path, HI).await;
        assert_eq!((&data[..], &*status), (HI, "0"), "{path}");
    }
    let one = b"\0\0\0\0\x09\x0b\0\x01\0\0\0\x011\0";
    let (data, _) = answer(&client, "/notes.Notes/Count", one).await;
    assert_eq!(data, &b"\0\0\0\0\x09\x0b\0\x01\0\0\0\x010\0"[..]);
}

/// A server that answers one call after the other with these bytes, and tells what it was sent. It
/// lasts as long as what it tells.
async fn scripted(
    answers: &'static [&'static [u8]],
) -> (String, tokio::task::JoinHandle<(Vec<Bytes>, Accepting)>) {
    let (listener, address) = RawServer::listen().await;
    let mut server = RawServer::accept_later(listener);
    let serving = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in answers {
            let (request, mut respond) = server.next().await;
            requests.push(read_all(request.into_body()).await.unwrap().0);
            let mut send = respond.send_response(headers(), false).unwrap();
            send.send_data(Bytes::from_static(answer), false).unwrap();
            send.send_trailers(trailers(&[("grpc-status", "0")]))
                .unwrap();
        }
        (requests, server)
    });
    (address.to_string(), serving)
}

#[tokio::test]
async fn g22_g23_a_client_writes_and_reads_the_same() {
    let (address, serving) = scripted(&[RESULT, HI, HI, HI]).await;
    let builder = NotesClient::builder("dest.svc").address(address);
    let client = builder.transport(Transport::Grpc).build().unwrap();

    assert_eq!(client.unary(note("u")).await.unwrap(), note("u"));

    let mut stream = client.bidi().await.unwrap();
    stream.send(note("hi")).await.unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(note("hi")));

    let mut stream = client.collect().await.unwrap();
    stream.send(note("hi")).await.unwrap();
    assert_eq!(stream.close_and_recv().await.unwrap(), note("hi"));

    let mut stream = client.count(note("hi")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(note("hi")));

    assert_eq!(serving.await.unwrap().0, [ARGS, HI, HI, HI]);
}

#[tokio::test]
async fn g24_a_declared_exception_is_a_field_of_the_result_and_no_status() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = RawClient::connect(server.address).await;
    let refuse = b"\0\0\0\0\x12\x0c\0\x01\x0b\0\x01\0\0\0\x06refuse\0\0";
    let (data, status) = answer(&client, "/rpc.Peer/Echo", refuse).await;
    assert_eq!((&data[..], &*status), (REFUSED, "0"));

    let (address, _serving) = scripted(&[REFUSED]).await;
    let builder = PeerClient::builder("dest.svc").address(address);
    let client = builder.transport(Transport::Grpc).build().unwrap();
    match client.echo(msg("refuse")).await {
        Err(EchoError::Refused(refused)) => {
            assert_eq!((refused.code, &*refused.why), (77, "refused"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn g25_a_void_result_is_an_empty_struct() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = RawClient::connect(server.address).await;
    let note = b"\0\0\0\0\x08\x0b\0\x01\0\0\0\0\0";
    let (data, status) = answer(&client, "/rpc.Peer/Nothing", note).await;
    assert_eq!((&data[..], &*status), (&b"\0\0\0\0\x01\0"[..], "0"));

    let (address, serving) = scripted(&[b"\0\0\0\0\x01\0"]).await;
    let builder = PeerClient::builder("dest.svc").address(address);
    let client = builder.transport(Transport::Grpc).build().unwrap();
    client.nothing("".into()).await.unwrap();
    assert_eq!(serving.await.unwrap().0, [&note[..]]);
}

#[tokio::test]
async fn g16_a_thrift_call_may_be_answered_as_plain_grpc() {
    let (listener, address) = RawServer::listen().await;
    let mut server = RawServer::accept_later(listener);
    let builder = NotesClient::builder("dest.svc").address(address.to_string());
    let client = builder.transport(Transport::Grpc).build().unwrap();
    let call = tokio::spawn(client.unary(note("u")).into_future());
    let (_request, mut respond) = server.next().await;
    let response = Response::builder().header("content-type", PROTOBUF);
    let response = response.body(()).unwrap();
    let mut send = respond.send_response(response, false).unwrap();
    send.send_data(Bytes::from_static(RESULT), false).unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    assert_eq!(call.await.unwrap().unwrap(), note("u"));
}
