//! What a server answers, byte by byte.

use bytes::BytesMut;
use streamgen_runtime::unstable::pingpong::Framing;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::bytes::{
    CALL, EXCEPTION, ONEWAY, REPLY, Raw, exception, is_closed, next, next_of, string_field,
};
use crate::service::{ALL, start};

async fn connect() -> TcpStream {
    TcpStream::connect(start().await).await.unwrap()
}

fn echo(framing: Framing, seq_id: i32, text: &str) -> Raw {
    Raw::call(framing, "Echo", seq_id).body(&string_field(1, text))
}

#[tokio::test]
async fn g70_a_reply_has_the_framing_of_its_request() {
    let mut io = connect().await;
    for (seq_id, framing) in (1..).zip(ALL.into_iter().chain(ALL.into_iter().rev())) {
        let request = echo(framing, seq_id, "hi");
        io.write_all(&request.encode()).await.unwrap();
        let reply = next_of(&mut io, framing, "Echo", request.body.len()).await;
        let expected = request.kind(REPLY);
        assert_eq!((reply.framing, reply.seq_id), (framing, seq_id));
        assert_eq!((reply.kind, &reply.body), (REPLY, &expected.body));
    }
}

#[tokio::test]
async fn g71_pipelined_requests_are_answered_in_order() {
    for framing in ALL {
        let mut io = connect().await;
        let requests = ["Fail", "Echo", "Typed", "Echo"];
        let mut all = BytesMut::new();
        for (seq_id, method) in (1..).zip(requests) {
            let request = Raw::call(framing, method, seq_id).body(&string_field(1, "x"));
            all.extend_from_slice(&request.encode());
        }
        io.write_all(&all).await.unwrap();
        let bodies = [
            exception("biz error: peer plain error", 6),
            string_field(1, "x"),
            exception("peer trans error [biz error]", 1900),
            string_field(1, "x"),
        ];
        for ((seq_id, method), body) in (1..).zip(requests).zip(bodies) {
            let reply = next_of(&mut io, framing, method, body.len()).await;
            assert_eq!((reply.seq_id, reply.body), (seq_id, body), "{framing:?}");
        }
    }
}

#[tokio::test]
async fn g72_an_error_of_the_handler_is_an_exception_and_the_connection_stays() {
    for framing in ALL {
        let mut io = connect().await;
        for seq_id in [7, 8] {
            let request = Raw::call(framing, "Fail", seq_id);
            io.write_all(&request.encode()).await.unwrap();
            let body = exception("biz error: peer plain error", 6);
            let reply = next_of(&mut io, framing, "Fail", body.len()).await;
            assert_eq!((reply.kind, reply.seq_id), (EXCEPTION, seq_id));
            assert_eq!((reply.method.as_str(), reply.body), ("Fail", body));
            assert_eq!(reply.strings.get("crrst"), None);
        }
    }
}

#[tokio::test]
async fn g75_what_is_no_request_is_closed_without_a_byte() {
    let framed = |request: Raw| request.encode();
    let echo = || echo(Framing::Framed, 1, "hi");
    let mut bad_magic = echo().encode();
    bad_magic[4] = 0x70;
    // The old envelope: a length and the name, without a version.
    let old = [
        &[0, 0, 0, 0x11, 0, 0, 0, 4][..],
        b"Echo\x01\0\0\0\x01\0\0\0\0",
    ]
    .concat();
    let all = [
        framed(echo().kind(REPLY)),
        framed(echo().kind(EXCEPTION)),
        framed(echo().kind(9)),
        framed(Raw::call(Framing::Framed, "", 1)),
        framed(Raw::call(Framing::TtHeaderFramed, "", 1)),
        framed(echo().kind(REPLY).flags(0)),
        bad_magic,
        old,
    ];
    for request in all {
        let mut io = connect().await;
        io.write_all(&request).await.unwrap();
        assert!(is_closed(&mut io).await, "{request:02x?}");
    }
}

#[tokio::test]
async fn g76_nothing_answers_a_oneway_method_and_its_type_does_not_matter() {
    for framing in ALL {
        let mut io = connect().await;
        let one_way = [CALL, ONEWAY].map(|kind| {
            let request = Raw::call(framing, "Fire", 1).kind(kind);
            request.body(&string_field(1, "x")).encode()
        });
        // A two-way method that is called as if oneway is answered.
        let two_way = echo(framing, 2, "hi").kind(ONEWAY);
        let all = [one_way.concat(), two_way.encode()].concat();
        io.write_all(&all).await.unwrap();
        let reply = next_of(&mut io, framing, "Echo", two_way.body.len()).await;
        assert_eq!((reply.kind, reply.seq_id), (REPLY, 2), "{framing:?}");
    }
}

#[tokio::test]
async fn g83_a_reply_says_its_type_and_its_business_status() {
    let mut io = connect().await;
    for framing in [Framing::TtHeader, Framing::TtHeaderFramed] {
        let mut ask = async |method| {
            let request = Raw::call(framing, method, 3);
            io.write_all(&request.encode()).await.unwrap();
            next(&mut io).await
        };
        let echo = ask("Echo").await;
        assert_eq!(echo.ints, [(22, "2".to_owned())].into());
        let fail = ask("Fail").await;
        assert_eq!(fail.ints, [(22, "3".to_owned())].into());
        let biz = ask("Biz").await;
        assert_eq!((biz.kind, &biz.body[..]), (REPLY, &[0][..]));
        assert_eq!(biz.get("biz-status"), "10001");
        assert_eq!(biz.get("biz-message"), "peer biz");
        assert_eq!(biz.get("biz-extra"), r#"{"k":"v"}"#);
    }
}

#[tokio::test]
async fn g86_a_checksum_is_checked_and_answered_with_one() {
    for framing in [Framing::TtHeader, Framing::TtHeaderFramed] {
        for flags in [0, 1] {
            let mut io = connect().await;
            let request = echo(framing, 4, "hi").flags(flags);
            let sum = |message: &Raw| format!("{:08x}", crc32c(&message.payload()));
            let right = request.clone().string("crc32c", &sum(&request));
            io.write_all(&right.encode()).await.unwrap();
            let reply = next(&mut io).await;
            assert_eq!(reply.get("crc32c"), sum(&reply));
            assert_eq!(reply.body, string_field(1, "hi"));

            io.write_all(&request.encode()).await.unwrap();
            let reply = next(&mut io).await;
            assert_eq!(reply.strings.get("crc32c"), None, "nobody asked for one");

            let wrong = request.string("crc32c", "00000000");
            io.write_all(&wrong.encode()).await.unwrap();
            if flags == 0 {
                // As Kitex's server: the name of the method cannot be trusted either.
                assert!(is_closed(&mut io).await);
                continue;
            }
            // Other calls may run on this connection.
            let refused = next(&mut io).await;
            assert_eq!((refused.seq_id, refused.kind), (4, EXCEPTION));
            assert_eq!(refused.get("crc32c"), sum(&refused));
        }
    }
}

/// Castagnoli's CRC-32, bit by bit.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| match crc & 1 {
        0 => crc >> 1,
        _ => (crc >> 1) ^ 0x82f6_3b78,
    };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), step);
    !bytes.iter().fold(!0, byte)
}

/// What is behind a MeshHeader is answered with the reason why it is not served.
#[tokio::test]
async fn a_mesh_header_is_refused_with_a_message() {
    let mut io = connect().await;
    io.write_all(&[0xff, 0xaf, 0, 0].repeat(100_000))
        .await
        .unwrap();
    assert!(is_closed(&mut io).await, "nothing but MeshHeaders");
    for framing in [Framing::Framed, Framing::Buffered] {
        let mut io = connect().await;
        // Its size, one pair.
        let mesh = b"\xff\xaf\0\x08\0\x01\0\x01k\0\x01v";
        let request = echo(framing, 5, "hi");
        let bytes = [&mesh[..], &request.encode()].concat();
        for byte in bytes {
            io.write_all(&[byte]).await.unwrap();
        }
        let text = "malformed ping-pong message: MeshHeader is not served: use TTHeader";
        let body = exception(text, 9);
        let reply = next_of(&mut io, framing, "Echo", body.len()).await;
        assert_eq!((reply.kind, reply.seq_id), (EXCEPTION, 5));
        assert_eq!(reply.body, body);
        io.shutdown().await.unwrap();
        assert!(is_closed(&mut io).await);
    }
}
