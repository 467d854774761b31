//! Calls over every framing.

use std::time::Duration;

use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::pingpong::Framing;
use streamgen_runtime::{BizStatusError, ErrorKind, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::reserved::reserved;
use crate::service::{ALL, Text, call, pool, request, start};

#[tokio::test]
async fn a_call_comes_back_over_every_framing() {
    let address = start().await;
    let args = Text("ping".into());
    for transport in ALL {
        let reply = call(&pool(transport), address, &request("Echo"), &args)
            .await
            .unwrap();
        assert_eq!(Text::decode_from(reply.message).unwrap(), args);
    }
}

#[tokio::test]
async fn errors_of_the_handler_read_as_from_kitex() {
    let address = start().await;
    let args = Text::default();
    for transport in ALL {
        let plain = call(&pool(transport), address, &request("Fail"), &args)
            .await
            .unwrap_err();
        assert_eq!(
            (plain.kitex_code(), plain.message()),
            (Some(6), "biz error: peer plain error")
        );
        let typed = call(&pool(transport), address, &request("Typed"), &args)
            .await
            .unwrap_err();
        assert_eq!(
            (typed.kitex_code(), typed.message()),
            (Some(1900), "peer trans error [biz error]")
        );
        assert_eq!(
            typed.to_string(),
            "remote or network error[remote]: peer trans error [biz error]"
        );
    }
}

#[tokio::test]
async fn a_business_status_travels_in_the_tt_header() {
    let address = start().await;
    let args = Text::default();
    let error = call(
        &pool(Framing::TtHeaderFramed),
        address,
        &request("Biz"),
        &args,
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.biz_status(),
        Some(&BizStatusError::new(10_001, "peer biz").extra("k", "v"))
    );

    // Framed has no place for it: the text arrives as an exception instead of nothing at all.
    let error = call(&pool(Framing::Framed), address, &request("Biz"), &args)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Application);
    assert!(error.message().contains("peer biz"), "{error}");
}

#[tokio::test]
async fn metainfo_travels_forward_and_backward_in_the_tt_header() {
    let address = start().await;
    let args = Text::default();
    let reply = call(
        &pool(Framing::TtHeaderFramed),
        address,
        &request("Back"),
        &args,
    )
    .await
    .unwrap();
    assert_eq!(reply.trailer.get("PEER_BACK"), Some("b1"));
    assert_eq!(Text::decode_from(reply.message).unwrap().0, "v");
}

#[tokio::test]
async fn an_unknown_method_is_answered_and_the_next_call_works() {
    let address = start().await;
    let args = Text::default();
    let pool = pool(Framing::TtHeaderFramed);
    let error = call(&pool, address, &request("Missing"), &args)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.message()),
        (Some(1), "unknown method Missing (service Svc)")
    );
    call(&pool, address, &request("Echo"), &args).await.unwrap();
}

#[tokio::test]
async fn nothing_answers_a_oneway_call_and_its_connection_is_used_again() {
    let address = start().await;
    let args = Text("x".into());
    for transport in ALL {
        let pool = pool(transport);
        let reply = call(&pool, address, &request("Fire"), &args).await.unwrap();
        assert!(reply.message.is_empty());
        call(&pool, address, &request("Echo"), &args).await.unwrap();
    }
}

#[tokio::test]
async fn a_timeout_reaches_the_handler_as_deadline() {
    let address = start().await;
    let args = Text::default();
    let mut hold = request("Hold");
    hold.deadline = Some(Deadline::after(Duration::from_millis(100)));
    // The caller's own clock is the channel's business; here the server's is seen.
    let error = call(&pool(Framing::TtHeaderFramed), address, &hold, &args)
        .await
        .unwrap_err();
    assert!(
        error.is_timeout() || error.message().contains("context deadline exceeded"),
        "{error}"
    );
}

#[tokio::test]
async fn g71_two_framed_requests_in_one_write() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    // Two framed requests in one write: answered one after the other, in order.
    let one = [
        0, 0, 0, 0x1a, 0x80, 1, 0, 1, 0, 0, 0, 4, b'E', b'c', b'h', b'o', 0, 0, 0, 9, 0x0b, 0, 1,
        0, 0, 0, 2, b'h', b'i', 0,
    ];
    let mut other = one;
    other[19] = 10;
    io.write_all(&[one, other].concat()).await.unwrap();
    let mut replies = vec![0; 2 * one.len()];
    io.read_exact(&mut replies).await.unwrap();
    let mut expected = [one, other].concat();
    expected[7] = 2;
    expected[one.len() + 7] = 2;
    assert_eq!(replies, expected);
}

/// What the server answers to `request`, byte by byte.
async fn answer_to(request: &[u8], answer_len: usize) -> Vec<u8> {
    let mut io = TcpStream::connect(start().await).await.unwrap();
    io.write_all(request).await.unwrap();
    let mut answer = vec![0; answer_len];
    io.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_buffered_request_has_a_buffered_answer() {
    let request = b"\x80\x01\0\x01\0\0\0\x04Echo\0\0\0\x09\x0b\0\x01\0\0\0\x02hi\0";
    let mut expected = *request;
    expected[3] = 2;
    assert_eq!(answer_to(request, request.len()).await, expected);
}

#[tokio::test]
async fn an_exception_for_a_protobuf_request_is_kitexs_protobuf_message() {
    // Length, 9001 and the type, method, sequence id; no byte of a message.
    let request = b"\0\0\0\x10\x90\x01\0\x01\0\0\0\x04Fail\0\0\0\x09";
    // 1: type 6; 2: the text, 27 bytes.
    let error = b"\x08\x06\x12\x1bbiz error: peer plain error";
    let mut expected = request.to_vec();
    expected[3] += error.len() as u8;
    expected[7] = 3;
    expected.extend_from_slice(error);
    assert_eq!(answer_to(request, expected.len()).await, expected);
}

#[tokio::test]
async fn arguments_that_do_not_decode_are_answered_and_end_the_connection() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    let request = [
        0, 0, 0, 0x15, 0x80, 1, 0, 1, 0, 0, 0, 4, b'E', b'c', b'h', b'o', 0, 0, 0, 1, 0x0b, 0, 1,
        0x7f, 0xff,
    ];
    io.write_all(&request).await.unwrap();
    let mut answer = Vec::new();
    io.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer[4..8], [0x80, 1, 0, 3], "an exception");
    assert_eq!(answer[answer.len() - 5..], [0, 0, 0, 7, 0], "of type 7");
}

#[tokio::test]
async fn s90_what_is_no_message_is_not_answered() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    io.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = io.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_failed_dial_fails_that_call_only() {
    let pool = pool(Framing::Framed);
    let args = Text::default();
    let error = call(&pool, reserved(), &request("Echo"), &args)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let open = start().await;
    call(&pool, open, &request("Echo"), &args).await.unwrap();
}
