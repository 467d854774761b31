//! What Protobuf over gRPC looks like, byte by byte (grpc-and-pingpong.md B).

use crate::grpc_support;
use crate::notes_support;

use bytes::Bytes;
use grpc_support::{Accepting, PROTOBUF, RawClient, RawServer, THRIFT, read_all, text, trailers};
use http::Response;
use notes_support::proto::NotesClient;
use notes_support::proto::book::{Served, note};
use streamgen_runtime::Transport;
use tokio::task::JoinHandle;

/// `{1: "u"}`
const U: &[u8] = b"\0\0\0\0\x03\x0a\x01u";
/// All fields have their defaults.
const EMPTY: &[u8] = b"\0\0\0\0\0";

struct Answer {
    content_type: String,
    data: Bytes,
    status: String,
    message: String,
    /// There was no HEADERS in front of the trailers.
    only_trailers: bool,
}

async fn call(
    client: &RawClient,
    path: &str,
    content_type: &str,
    request: &'static [u8],
) -> Answer {
    let (response, mut send) = client
        .call_with(path, &[("content-type", content_type)])
        .await;
    // Refused if the server has answered already.
    let _ = send.send_data(Bytes::from_static(request), true);
    let (head, body) = response.await.unwrap().into_parts();
    let only_trailers = body.is_end_stream();
    let (data, trailers) = read_all(body).await.unwrap();
    let trailers = trailers.unwrap_or(head.headers.clone());
    Answer {
        content_type: text(&head.headers, "content-type").unwrap(),
        data,
        status: text(&trailers, "grpc-status").unwrap(),
        message: text(&trailers, "grpc-message").unwrap(),
        only_trailers,
    }
}

async fn peer() -> (Served, RawClient) {
    let book = Served::over(Transport::Grpc).await;
    let client = RawClient::connect(book.address).await;
    (book, client)
}

#[tokio::test]
async fn g08_g09_g10_what_is_not_there_is_12_and_what_is_no_path_13() {
    let (_book, client) = peer().await;
    for (path, status, message) in [
        ("/notes.Nobody/Unary", "12", "unknown service Nobody"),
        ("/notes.Notes/Missing", "12", "unknown method Missing"),
        ("/Unary", "13", "malformed method name, method=\"/Unary\""),
    ] {
        let answer = call(&client, path, PROTOBUF, U).await;
        assert_eq!((&*answer.status, &*answer.message), (status, message));
        assert!(answer.only_trailers, "{path}");
        assert_eq!(answer.content_type, PROTOBUF);
    }
}

#[tokio::test]
async fn g11_a_name_that_one_service_has_is_found_in_any_package() {
    let (_book, client) = peer().await;
    for path in ["/notes.Notes/Unary", "/Notes/Unary", "/x.y.Notes/Unary"] {
        assert_eq!(call(&client, path, PROTOBUF, U).await.data, U, "{path}");
    }
}

#[tokio::test]
async fn g12_every_subtype_but_thrift_is_protobuf_and_the_answer_has_none() {
    let (_book, client) = peer().await;
    for content_type in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc;charset=utf-8",
    ] {
        let answer = call(&client, "/notes.Notes/Unary", content_type, U).await;
        assert_eq!((&answer.data[..], &*answer.content_type), (U, PROTOBUF));
    }
}

#[tokio::test]
async fn g15_a_protobuf_method_called_with_thrift_is_13() {
    let (_book, client) = peer().await;
    let answer = call(&client, "/notes.Notes/Unary", THRIFT, U).await;
    assert_eq!(
        (&*answer.status, &*answer.message),
        ("13", "grpc invalid payload")
    );
}

#[tokio::test]
async fn g22_g23_messages_are_bare_in_every_shape() {
    let (_book, client) = peer().await;
    for method in ["Unary", "Bidi", "Collect"] {
        let answer = call(&client, &format!("/notes.Notes/{method}"), PROTOBUF, U).await;
        assert_eq!((&answer.data[..], &*answer.status), (U, "0"), "{method}");
    }
    let two = b"\0\0\0\0\x03\x0a\x012";
    let answer = call(&client, "/notes.Notes/Count", PROTOBUF, two).await;
    assert_eq!(
        answer.data,
        &b"\0\0\0\0\x03\x0a\x010\0\0\0\0\x03\x0a\x011"[..]
    );
}

#[tokio::test]
async fn g30_a_message_of_no_bytes_is_one_of_defaults() {
    let (_book, client) = peer().await;
    for method in ["Unary", "Bidi", "Collect"] {
        let answer = call(&client, &format!("/notes.Notes/{method}"), PROTOBUF, EMPTY).await;
        assert_eq!((&answer.data[..], &*answer.status), (EMPTY, "0"));
    }
    let (address, serving) = scripted(EMPTY, PROTOBUF).await;
    let client = NotesClient::builder("dest.svc").address(address);
    let client = client.build().unwrap();
    assert_eq!(client.unary(note("")).await.unwrap(), note(""));
    assert_eq!(serving.await.unwrap().0, EMPTY);
}

/// A server that answers one call, and tells what it was sent. It lasts as long as what it tells.
async fn scripted(
    answer: &'static [u8],
    content_type: &'static str,
) -> (String, JoinHandle<(Bytes, Accepting)>) {
    let (listener, address) = RawServer::listen().await;
    let mut server = RawServer::accept_later(listener);
    let serving = tokio::spawn(async move {
        let (request, mut respond) = server.next().await;
        assert_eq!(request.uri().path(), "/notes.Notes/Unary");
        assert_eq!(text(request.headers(), "content-type").unwrap(), PROTOBUF);
        assert_eq!(text(request.headers(), "te").unwrap(), "trailers");
        assert!(request.headers().contains_key("user-agent"));
        let sent = read_all(request.into_body()).await.unwrap().0;
        let response = Response::builder().header("content-type", content_type);
        let response = response.body(()).unwrap();
        let mut send = respond.send_response(response, false).unwrap();
        send.send_data(Bytes::from_static(answer), false).unwrap();
        send.send_trailers(trailers(&[("grpc-status", "0")]))
            .unwrap();
        (sent, server)
    });
    (address.to_string(), serving)
}

#[tokio::test]
async fn g12_g16_a_client_sends_protobuf_and_reads_an_answer_of_any_subtype() {
    for content_type in ["application/grpc", "application/grpc+proto"] {
        let (address, serving) = scripted(U, content_type).await;
        let client = NotesClient::builder("dest.svc").address(address);
        let client = client.build().unwrap();
        assert_eq!(client.unary(note("u")).await.unwrap(), note("u"));
        assert_eq!(serving.await.unwrap().0, U);
    }
}
