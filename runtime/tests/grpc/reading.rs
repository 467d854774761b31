//! What both sides make of messages and headers that are cut, too long or malformed
//! (grpc-and-pingpong.md A.4, A.5, A.12, A.13).

use crate::grpc_support;
use crate::notes_support;

use bytes::Bytes;
use grpc_support::{Accepting, RawClient, RawServer, THRIFT, framed, headers, text, trailers};
use h2::Reason;
use http::Response;
use notes_support::proto::NotesClient as ProtobufClient;
use notes_support::proto::book as protobuf;
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use streamgen_runtime::{Code, Error, GrpcLimits, Transport};

const BIDI: &str = "/notes.Notes/Bidi";
const UNARY: &str = "/notes.Notes/Unary";

async fn listen() -> (Accepting, NotesClient) {
    let (listener, address) = RawServer::listen().await;
    let mut limits = GrpcLimits::default();
    limits.max_message = 1000;
    let builder = NotesClient::builder("dest.svc").address(address.to_string());
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    (RawServer::accept_later(listener), builder.build().unwrap())
}

#[tokio::test]
async fn g26_g27_a_client_reads_messages_that_are_cut_and_packed_in_any_way() {
    let (mut server, client) = listen().await;
    let texts = ["one", "two", "three"];
    let bytes = framed(&[&note("one"), &note("two"), &note("three")]);
    for size in [1, 3, 4, 7, bytes.len()] {
        let mut stream = client.bidi().await.unwrap();
        let (_request, mut respond) = server.next().await;
        let mut send = respond.send_response(headers(), false).unwrap();
        for chunk in bytes.chunks(size) {
            send.send_data(Bytes::copy_from_slice(chunk), false)
                .unwrap();
        }
        for text in texts {
            assert_eq!(stream.recv().await.unwrap(), Some(note(text)), "{size}");
        }
    }
}

/// What a unary call and a stream make of a response with these bytes, on one connection.
async fn errors_of(bytes: &'static [u8]) -> [Error; 2] {
    let (mut server, client) = listen().await;
    let calls = tokio::spawn(async move {
        let unary = client.unary(note("u")).await.unwrap_err();
        let error = client.bidi().await.unwrap().recv().await.unwrap_err();
        // The connection survives both.
        client.bidi().await.unwrap().recv().await.unwrap();
        [unary, error]
    });
    let mut open = Vec::new();
    for _ in 0..2 {
        let (request, mut respond) = server.next().await;
        let mut send = respond.send_response(headers(), false).unwrap();
        send.send_data(Bytes::from_static(bytes), false).unwrap();
        open.push((request, send));
    }
    let (_request, mut respond) = server.next().await;
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    calls.await.unwrap()
}

#[tokio::test]
async fn g28_a_response_over_the_limit_is_8_by_its_length_alone() {
    for claim in [b"\0\0\0\x03\xe9", b"\0\xff\xff\xff\xff"] {
        for error in errors_of(claim).await {
            assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED), "{error}");
        }
    }
}

#[tokio::test]
async fn g29_a_client_refuses_unknown_flags() {
    for error in errors_of(b"\x02\0\0\0\0").await {
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_message_of_no_encoding_is_13() {
    for error in errors_of(b"\x01\0\0\0\0").await {
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{error}");
    }
}

async fn peer() -> (Served, RawClient) {
    let book = Served::over(Transport::Grpc).await;
    let client = RawClient::connect(book.address).await;
    (book, client)
}

#[tokio::test]
async fn g29_a_server_refuses_unknown_flags() {
    let (_book, client) = peer().await;
    for path in [BIDI, UNARY] {
        let (response, mut send) = client.call(path).await;
        send.send_data(Bytes::from_static(b"\x02\0\0\0\0"), false)
            .unwrap();
        let response = response.await.unwrap();
        assert_eq!(text(response.headers(), "grpc-status").unwrap(), "13");
    }
}

#[tokio::test]
async fn g51_a_malformed_timeout_is_reset_with_2() {
    let (_book, client) = peer().await;
    for timeout in ["abc", "1", "1234567890S", "5x"] {
        let headers = [("content-type", THRIFT), ("grpc-timeout", timeout)];
        for path in [BIDI, UNARY] {
            let (response, _send) = client.call_with(path, &headers).await;
            let error = response.await.unwrap_err();
            assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR), "{timeout}");
        }
    }
}

#[tokio::test]
async fn g55_a_server_refuses_an_unknown_encoding() {
    let (_book, client) = peer().await;
    let protobuf = protobuf::Served::over(Transport::Grpc).await;
    let other = RawClient::connect(protobuf.address).await;
    for (client, content_type, status) in [
        (&client, THRIFT, "13"),
        (&other, grpc_support::PROTOBUF, "12"),
    ] {
        let headers = [("content-type", content_type), ("grpc-encoding", "snappy")];
        for path in [BIDI, UNARY] {
            let (response, _send) = client.call_with(path, &headers).await;
            let response = response.await.unwrap();
            assert_eq!(text(response.headers(), "grpc-status").unwrap(), status);
            let message = text(response.headers(), "grpc-message").unwrap();
            assert!(message.contains("snappy"), "{message}");
        }
    }
}

#[tokio::test]
async fn g55_a_client_refuses_an_unknown_encoding() {
    let (mut server, client) = listen().await;
    let call = tokio::spawn(client.unary(note("u")).into_future());
    let (_request, mut respond) = server.next().await;
    let response = Response::builder()
        .header("content-type", THRIFT)
        .header("grpc-encoding", "snappy");
    let _send = respond.send_response(response.body(()).unwrap(), false);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{error}");
}

#[tokio::test]
async fn a_protobuf_message_that_does_not_decode_fails_its_call() {
    let (listener, address) = RawServer::listen().await;
    let mut server = RawServer::accept_later(listener);
    let client = ProtobufClient::builder("dest.svc").address(address.to_string());
    let client = client.build().unwrap();
    let call = tokio::spawn(client.unary(protobuf::note("u")).into_future());
    let (_request, mut respond) = server.next().await;
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_data(Bytes::from_static(b"\0\0\0\0\x02\x0a\x05"), false)
        .unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    let error = call.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("Protobuf"), "{error}");
}
