//! How calls end: status, message, business status and details in the trailers, as a server under
//! test sends them and a client under test reads them (grpc-and-pingpong.md A.8, A.9).

use crate::grpc_support;
use crate::notes_support;

use bytes::Bytes;
use grpc_support::{RawClient, RawServer, THRIFT, headers, raw_trailers, read_all, text};
use http::HeaderMap;
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use streamgen_runtime::{Code, Error, Transport};

/// `余额不足 100%`, as A.8 encodes it.
const ENCODED: &str = "%E4%BD%99%E9%A2%9D%E4%B8%8D%E8%B6%B3 100%25";

/// `Args{1: {1: "u"}}`
const ARGS: &[u8] = b"\0\0\0\0\x0d\x0c\0\x01\x0b\0\x01\0\0\0\x01u\0\0";
/// `Result{0: {1: "u"}}`
const RESULT: &[u8] = b"\0\0\0\0\x0d\x0c\0\0\x0b\0\x01\0\0\0\x01u\0\0";

/// The headers that a handler is answered with which does as `wish` says, and the trailers, if they
/// are not the same.
async fn answered(path: &str, wish: &str) -> (HeaderMap, Option<HeaderMap>) {
    let book = Served::over(Transport::Grpc).await;
    let client = RawClient::connect(book.address).await;
    let headers = [("content-type", THRIFT), ("rpc-transit-do", wish)];
    let (response, mut send) = client.call_with(path, &headers).await;
    let _ = send.send_data(Bytes::from_static(ARGS), true);
    let (head, body) = response.await.unwrap().into_parts();
    let (_, trailers) = read_all(body).await.unwrap();
    (head.headers, trailers)
}

#[tokio::test]
async fn g34_headers_that_were_set_come_in_front_of_the_trailers_of_an_error() {
    for path in ["/notes.Notes/Bidi", "/notes.Notes/Unary"] {
        let (headers, trailers) = answered(path, "leave header fail").await;
        assert_eq!(text(&headers, "a").unwrap(), "1", "{path}");
        assert_eq!(text(&headers, "grpc-status"), None);
        assert_eq!(text(&trailers.unwrap(), "grpc-status").unwrap(), "13");
    }
}

#[tokio::test]
async fn g39_g43_g44_a_server_sends_a_business_error_as_kitex_does() {
    for path in ["/notes.Notes/Bidi", "/notes.Notes/Unary"] {
        let (only, none) = answered(path, "leave biz").await;
        assert!(
            none.is_none(),
            "{path}: no message, so headers and trailers are one"
        );
        assert_eq!(text(&only, "grpc-status").unwrap(), "13");
        assert_eq!(text(&only, "grpc-message").unwrap(), ENCODED);
        assert_eq!(text(&only, "biz-status").unwrap(), "10001");
        assert_eq!(text(&only, "biz-extra").unwrap(), r#"{"k":"v\"é"}"#);
    }
}

/// What a unary call and a stream end with, if their trailers are these.
async fn ended_by(pairs: &[(&'static str, &str)]) -> [Result<(), Error>; 2] {
    let (listener, address) = RawServer::listen().await;
    let builder = NotesClient::builder("dest.svc").address(address.to_string());
    let client = builder.transport(Transport::Grpc).build().unwrap();
    let mut server = RawServer::accept_later(listener);
    let calls = tokio::spawn(async move {
        let unary = client.unary(note("u")).await.map(drop);
        let mut stream = client.bidi().await.unwrap();
        [unary, stream.recv().await.map(drop)]
    });
    for message in [RESULT, &[]] {
        let (_request, mut respond) = server.next().await;
        let mut send = respond.send_response(headers(), false).unwrap();
        send.send_data(Bytes::from_static(message), false).unwrap();
        send.send_trailers(raw_trailers(pairs)).unwrap();
    }
    calls.await.unwrap()
}

#[tokio::test]
async fn g39_g43_g44_a_client_reads_a_business_error_of_kitex() {
    let pairs = [
        ("grpc-status", "13"),
        ("grpc-message", ENCODED),
        ("biz-status", "10001"),
        // As Go writes JSON.
        ("biz-extra", r#"{"k\u003c1\u003e":"v\"é"}"#),
    ];
    for ended in ended_by(&pairs).await {
        let error = ended.unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
        let biz = error.biz_status().unwrap();
        assert_eq!((biz.code(), biz.message()), (10_001, "余额不足 100%"));
        assert_eq!(biz.extras().unwrap()["k<1>"], "v\"é");
    }
}

#[tokio::test]
async fn g45_a_business_status_beside_success_is_ignored() {
    for ended in ended_by(&[("grpc-status", "0"), ("biz-status", "10001")]).await {
        ended.unwrap();
    }
}

#[tokio::test]
async fn g46_malformed_trailers_are_13() {
    for malformed in [
        ("biz-extra", "[1]"),
        ("biz-extra", "{"),
        ("biz-status", "x"),
        ("grpc-status", "x"),
    ] {
        // Of two with the same name the first one counts.
        let pairs = [malformed, ("grpc-status", "5"), ("biz-status", "5")];
        for ended in ended_by(&pairs).await {
            assert_eq!(
                ended.unwrap_err().grpc_code(),
                Some(Code::INTERNAL),
                "{malformed:?}"
            );
        }
    }
}

/// `google.rpc.Status{code: 9, message: "x", details: [{}]}`
const DETAILS: [&str; 2] = ["CAkSAXgaAA", "CAkSAXgaAA=="];

#[tokio::test]
async fn g41_details_are_read_with_and_without_padding_and_win() {
    for details in DETAILS {
        let pairs = [("grpc-status", "5"), ("grpc-status-details-bin", details)];
        for ended in ended_by(&pairs).await {
            let error = ended.unwrap_err();
            assert_eq!(
                (error.grpc_code(), error.message()),
                (Some(Code::FAILED_PRECONDITION), "x")
            );
            assert_eq!(&error.status_details()[..], b"\x08\x09\x12\x01x\x1a\0");
        }
    }
}

#[tokio::test]
async fn g41_garbage_for_details_is_13() {
    for details in ["!", "CAkSAX", "/////w"] {
        let pairs = [("grpc-status", "5"), ("grpc-status-details-bin", details)];
        for ended in ended_by(&pairs).await {
            assert_eq!(
                ended.unwrap_err().grpc_code(),
                Some(Code::INTERNAL),
                "{details}"
            );
        }
    }
}

#[tokio::test]
async fn g32_g40_a_status_is_any_number_and_a_missing_one_is_2() {
    for (pairs, code) in [
        (&[("grpc-status", "20")][..], 20),
        (&[("grpc-status", "99"), ("grpc-message", "")], 99),
        (&[("grpc-message", "m")], 2),
    ] {
        for ended in ended_by(pairs).await {
            assert_eq!(ended.unwrap_err().grpc_code(), Some(code.into()));
        }
    }
}
