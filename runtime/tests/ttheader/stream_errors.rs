//! How a stream ends with an error: exceptions and business errors in TRAILER, RST, lost
//! connections (checklist 51–57, 59–62, 65, 66, 69, 70, 75–77).

use crate::stream_support;

use stream_support::{
    Client, NOT_AN_EXCEPTION, Server, bytes_of, data, exception, failing_trailer, header, rst,
    trailer,
};
use streamgen_runtime::unstable::ttheader::frame::{Frame, FrameReader};
use streamgen_runtime::unstable::ttheader::state::{Outcome, illegal_frame};
use streamgen_runtime::{BizStatusError, ErrorKind, Side};

fn ended_by(frame: Frame) -> Client {
    let mut client = Client::half_closed();
    client.on([frame]);
    client
}

#[test]
fn s51_an_exception_trailer_is_12001_with_its_text() {
    let mut client = ended_by(failing_trailer(6, "biz error: test error", &[]));
    let text = "[ttstream error, code=12001] [client-side stream] biz error: test error";
    assert_eq!([client.recv(), client.recv()], [text, text]);
    assert_eq!(client.send_error(), text);
    assert_eq!(
        client.stream.end_error().unwrap().kind(),
        ErrorKind::Application
    );
}

#[test]
fn s52_a_business_error_arrives_with_status_message_and_extra() {
    let pairs = [
        ("biz-status", "404"),
        ("biz-message", "not found"),
        ("biz-extra", r#"{"k":"v"}"#),
    ];
    let client = ended_by(trailer(&pairs));
    let expected = BizStatusError::new(404, "not found").extra("k", "v");
    assert_eq!(
        client.stream.end_error().unwrap().biz_status(),
        Some(&expected)
    );
}

#[test]
fn s53_an_empty_extra_map_is_not_a_missing_one() {
    let extra_of = |pairs: &[_]| {
        let client = ended_by(trailer(pairs));
        client
            .stream
            .end_error()
            .unwrap()
            .biz_status()
            .unwrap()
            .extras()
            .cloned()
    };
    assert_eq!(extra_of(&[("biz-status", "1")]), None);
    assert_eq!(extra_of(&[("biz-status", "1"), ("biz-extra", "")]), None);
    assert_eq!(
        extra_of(&[("biz-status", "1"), ("biz-extra", "{}")]),
        Some([].into())
    );
}

#[test]
fn s54_a_status_of_0_or_no_number_is_success() {
    for status in ["0", "", "x", "4x", "99999999999"] {
        let mut client = ended_by(trailer(&[("biz-status", status), ("biz-extra", "broken")]));
        assert_eq!(client.recv(), "EOF", "biz-status {status:?}");
    }
    assert_eq!(ended_by(trailer(&[("biz-message", "m")])).recv(), "EOF");
}

#[test]
fn s55_malformed_extra_is_12003() {
    for extra in ["{", "[]", r#"{"k":1}"#, r#""text""#] {
        let client = ended_by(trailer(&[("biz-status", "1"), ("biz-extra", extra)]));
        let error = client.stream.end_error().unwrap();
        assert_eq!(
            (error.kitex_code(), error.kind()),
            (Some(12_003), ErrorKind::Protocol)
        );
        assert_eq!(
            error.message(),
            format!("malformed header info, extra: {extra}")
        );
    }
}

#[test]
fn s56_the_payload_wins_over_business_keys() {
    let client = ended_by(failing_trailer(6, "text", &[("biz-status", "404")]));
    assert_eq!(
        client.stream.end_error().unwrap().kitex_code(),
        Some(12_001)
    );
}

#[test]
fn s57_trailer_pairs_are_readable_together_with_an_error() {
    let client = ended_by(failing_trailer(6, "text", &[("t", "1")]));
    assert_eq!(client.trailer().unwrap().get("t"), Some("1"));

    let client = ended_by(trailer(&[("biz-status", "404"), ("t", "1")]));
    let trailer = client.trailer().unwrap();
    assert_eq!(
        (trailer.get("t"), trailer.get("biz-status")),
        (Some("1"), Some("404"))
    );
}

#[test]
fn s59_an_exception_is_a_strict_message_of_type_3_with_sid_and_two_fields() {
    let text = "\x0b\0\x01\0\0\0\x02no\x08\0\x02\0\0\0\x06\0";
    let expected = [b"\x80\x01\0\x03\0\0\0\x04Bidi\0\0\0\x01", text.as_bytes()].concat();
    assert_eq!(exception(6, "no"), expected);
}

#[test]
fn s60_any_type_id_and_unknown_fields_are_read() {
    for type_id in [i32::MIN, -1, 0, 1111, i32::MAX] {
        let mut server = Server::open();
        server.on([rst(type_id, "text", "")]);
        // 0 is no number.
        let number = Some(type_id).filter(|type_id| *type_id != 0);
        assert_eq!(server.stream.reason().unwrap().kitex_code(), number);
    }
}

#[test]
fn s61_an_undecodable_trailer_ends_the_stream_with_12004() {
    for payload in [&b"\x80"[..], b"not thrift", NOT_AN_EXCEPTION] {
        let payload = bytes::Bytes::copy_from_slice(payload);
        let mut client = ended_by(Frame {
            payload,
            ..trailer(&[])
        });
        assert_eq!(
            client.stream.end_error().unwrap().kitex_code(),
            Some(12_004)
        );
        assert!(
            client
                .recv()
                .starts_with("[ttstream error, code=12004] [client-side stream] ")
        );
    }
}

#[test]
fn s61_a_client_trailer_is_read_in_the_same_way_by_the_server() {
    let mut server = Server::open();
    server.on([data("a"), failing_trailer(6, "text", &[])]);
    assert_eq!(server.recv(), "a");
    assert_eq!(
        server.recv(),
        "[ttstream error, code=12001] [server-side stream] text"
    );
    server.send("still open").unwrap();

    // Kitex's reader crashes here (defect 9.11).
    let mut server = Server::open();
    let payload = bytes::Bytes::from_static(NOT_AN_EXCEPTION);
    server.on([Frame {
        payload,
        ..trailer(&[])
    }]);
    assert!(server.recv().starts_with("[ttstream error, code=12004] "));
    server.send("still open").unwrap();
}

#[test]
fn s62_an_rst_without_usable_payload_is_type_13_on_both_sides() {
    for payload in [&b""[..], b"not thrift", NOT_AN_EXCEPTION] {
        let frame = Frame {
            payload: bytes::Bytes::copy_from_slice(payload),
            ..rst(0, "", "")
        };
        let mut client = ended_by(frame.clone());
        assert_eq!(
            client.recv(),
            "[ttstream error, code=13] [client-side stream] rst"
        );

        let mut server = Server::open();
        server.on([frame]);
        assert_eq!(
            server.recv(),
            "[ttstream error, code=13] [server-side stream] rst"
        );
    }
}

#[test]
fn s65_an_rst_cancels_the_handler_and_fails_recv_after_the_buffered_data() {
    let mut server = Server::open();
    server.on([
        data("a"),
        data("b"),
        rst(12_014, "stream Recv timeout", "A,B"),
    ]);
    let text = "[ttstream error, code=12014] [server-side stream] [canceled path: A -> B] \
                stream Recv timeout";
    assert_eq!(server.send("refused").unwrap_err().to_string(), text);
    assert_eq!(
        [server.recv(), server.recv(), server.recv()],
        ["a", "b", text]
    );

    let reason = server.stream.reason().unwrap();
    assert_eq!(
        (reason.kind(), reason.cancel_path()),
        (ErrorKind::Canceled, "A,B")
    );
    assert_eq!((server.ends(), server.wrote()), (1, vec![]));
}

#[test]
fn s65_an_eof_that_was_seen_stays_when_an_rst_follows() {
    let mut server = Server::open();
    server.on([trailer(&[])]);
    assert_eq!(server.recv(), "EOF");
    server.on([rst(12_007, "user", "")]);
    assert_eq!(server.recv(), "EOF");
    assert_eq!(
        server.send("refused").unwrap_err().kitex_code(),
        Some(12_007)
    );
}

#[test]
fn s66_header_and_trailer_are_still_written_after_an_rst_and_the_client_ignores_them() {
    let mut server = Server::open();
    server.on([rst(12_007, "user", "")]);
    server.finish(Outcome::from_handler(Err(server
        .stream
        .reason()
        .unwrap()
        .clone())));
    let wrote = server.wrote();
    assert_eq!(wrote[0], "HEADER");
    assert!(wrote[1].starts_with("TRAILER [6 biz error: [ttstream error, code=12007]"));
    assert_eq!(server.ends(), 1);
}

#[test]
fn s69_a_client_reports_type_text_and_path_of_an_rst_and_does_not_answer_it() {
    let mut client = ended_by(rst(1111, "by proxy", "A,B"));
    let text = "[ttstream error, code=1111] [client-side stream] [canceled path: A -> B] by proxy";
    assert_eq!([client.recv(), client.send_error()], [text, text]);
    assert_eq!(
        client.stream.end_error().unwrap().kind(),
        ErrorKind::Canceled
    );
    assert_eq!(client.header(), Err("stream is canceled".to_owned()));
    assert_eq!(client.trailer(), Err("stream is canceled".to_owned()));
    assert_eq!(client.wrote(), [""; 0]);

    let mut open = Client::open();
    open.on([rst(1111, "by proxy", "")]);
    assert_eq!(open.wrote(), ["TRAILER"]);
}

#[test]
fn s70_buffered_messages_come_before_any_error() {
    let ends = [
        trailer(&[("biz-status", "404")]),
        failing_trailer(6, "text", &[]),
        rst(12_012, "text", ""),
    ];
    for end in ends {
        let mut client = Client::half_closed();
        client.on([header(&[]), data("a"), data("b"), end]);
        assert_eq!([client.recv(), client.recv()], ["a", "b"]);
        assert!(client.recv().contains("error"));
    }
}

#[test]
fn s75_every_waiter_is_released_by_every_end() {
    let lost = illegal_frame(Side::Client, "EOF peer close");
    for frame in [
        trailer(&[]),
        failing_trailer(6, "", &[]),
        rst(13, "rst", ""),
    ] {
        let client = ended_by(frame);
        assert_ne!(client.header(), Err("wait".to_owned()));
        assert_ne!(client.trailer(), Err("wait".to_owned()));
    }
    let mut client = Client::open();
    let effects = client.stream.on_connection_lost(lost);
    client.apply(effects);
    assert!(client.header().is_err() && client.trailer().is_err());
    assert_ne!(client.recv(), "wait");
    assert_eq!(client.ends(), 1);
}

#[test]
fn s76_a_lost_connection_ends_a_client_stream_with_its_error_and_no_frame() {
    let mut client = Client::open();
    client.on([data("a")]);
    let error = illegal_frame(Side::Client, "EOF peer close");
    let effects = client.stream.on_connection_lost(error);
    client.apply(effects);
    let text = "[ttstream error, code=12004] [client-side stream] EOF peer close";
    assert_eq!([client.recv(), client.recv()], ["a", text]);
    assert_eq!(client.send_error(), text);
    assert_eq!(client.wrote(), [""; 0]);
}

#[test]
fn s77_a_lost_connection_cancels_the_handler_with_12013() {
    let cause = illegal_frame(Side::Server, "not a TTHeader frame: magic 0x4745");
    let texts = [
        (None, "canceled by connection closed"),
        (
            Some(&cause),
            "[ttstream error, code=12004] [server-side stream] not a TTHeader frame: magic 0x4745",
        ),
    ];
    for (cause, text) in texts {
        let mut server = Server::open();
        server.on([trailer(&[])]);
        let effects = server.stream.on_connection_lost(cause);
        server.apply(effects);
        let reason = server.stream.reason().unwrap();
        assert_eq!(
            (reason.kitex_code(), reason.kind()),
            (Some(12_013), ErrorKind::Canceled)
        );
        assert_eq!(reason.message(), text);
        assert_eq!((server.ends(), server.wrote()), (1, vec![]));
    }
}

#[test]
fn the_first_end_wins() {
    let mut client = Client::open();
    client.on([failing_trailer(6, "first", &[])]);
    client.cancel(streamgen_runtime::CancelReason::User);
    let effects = client
        .stream
        .on_connection_lost(illegal_frame(Side::Client, "last"));
    client.apply(effects);
    assert_eq!(client.stream.end_error().unwrap().message(), "first");
    assert_eq!(
        (client.ends(), client.wrote()),
        (1, vec!["TRAILER".to_owned()])
    );

    let mut server = Server::open();
    server.on([rst(12_007, "first", "")]);
    let effects = server.stream.on_connection_lost(None);
    server.apply(effects);
    server.finish(Outcome::Success);
    assert_eq!(server.stream.reason().unwrap().message(), "first");
    assert_eq!(server.ends(), 1);
}

#[test]
fn what_one_end_writes_the_other_reads() {
    let mut bytes = bytes_of(&rst(12_007, "user", "A"));
    bytes.extend_from_slice(&bytes_of(&failing_trailer(6, "text", &[("t", "1")])));
    let mut reader = FrameReader::default();

    let mut server = Server::open();
    server.on([reader.next(&mut bytes).unwrap().unwrap()]);
    assert_eq!(server.stream.reason().unwrap().cancel_path(), "A");

    let mut client = Client::half_closed();
    client.on([reader.next(&mut bytes).unwrap().unwrap()]);
    assert_eq!(client.trailer().unwrap().get("t"), Some("1"));
}
