//! A server stream's normal life (checklist 15, 33–35, 40, 43, 44, 50–53, 57, 58, 66).

use crate::stream_support;

use stream_support::{Server, data, failing_trailer, header, meta, pairs, rst, trailer};
use streamgen_runtime::unstable::ttheader::state::{Outcome, QueueLimits, ServerStream, Wake};
use streamgen_runtime::{ApplicationException, BizStatusError, Error, ErrorKind, Side};

#[test]
fn s15_negative_ids_and_0_are_echoed() {
    for sid in [0, -1, i32::MIN, i32::MAX] {
        let mut stream = ServerStream::new(sid, "Bidi".into(), QueueLimits::default());
        let effects = stream.finish(Outcome::Success);
        for frame in effects.write {
            let mut bytes = bytes::BytesMut::new();
            frame
                .write(stream.sid(), stream.method(), &mut bytes)
                .unwrap();
            assert_eq!(bytes[8..12], sid.to_be_bytes());
        }
    }
}

#[test]
fn s33_header_is_written_once_before_data_even_if_empty() {
    let mut server = Server::open();
    server.send("a").unwrap();
    server.send("b").unwrap();
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER", "DATA a", "DATA b", "TRAILER"]);
}

#[test]
fn s33_header_is_written_before_a_trailer_without_data() {
    let mut server = Server::open();
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER", "TRAILER"]);
}

#[test]
fn s34_set_header_merges_and_fails_once_sent() {
    let mut server = Server::open();
    server
        .stream
        .set_header(pairs(&[("a", "1"), ("b", "1")]))
        .unwrap();
    server.stream.set_header(pairs(&[("b", "2")])).unwrap();
    server.send_header(&[("c", "3")]).unwrap();
    assert_eq!(server.wrote(), ["HEADER a=1 b=2 c=3"]);

    let twice = server.send_header(&[]).unwrap_err();
    assert_eq!(twice.to_string(), "stream header already sent");
    let late = server.stream.set_header(pairs(&[("d", "4")])).unwrap_err();
    assert_eq!(late.to_string(), "stream header already sent");
    server.send("x").unwrap();
    assert_eq!(server.wrote(), ["DATA x"]);
}

#[test]
fn s35_the_trailer_is_written_once_and_last() {
    let mut server = Server::open();
    server.stream.set_trailer(pairs(&[("t", "1")])).unwrap();
    server
        .stream
        .set_trailer(pairs(&[("t", "2"), ("u", "3")]))
        .unwrap();
    server.finish(Outcome::Success);
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER", "TRAILER t=2 u=3"]);
    assert_eq!(server.ends(), 1);

    let late = server.stream.set_trailer(pairs(&[("v", "4")])).unwrap_err();
    assert_eq!(late.to_string(), "stream trailer already sent");
    assert!(server.send("late").is_err());
    assert_eq!(server.wrote(), [""; 0]);
}

#[test]
fn trailer_keys_of_business_errors_are_reserved() {
    let mut server = Server::open();
    let error = server
        .stream
        .set_trailer(pairs(&[("ok", "1"), ("biz-status", "0")]))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER", "TRAILER"]);
}

#[test]
fn s18_a_header_that_does_not_fit_fails_its_setter_and_changes_nothing() {
    let long = "x".repeat(65_536);
    let mut server = Server::open();
    server.stream.set_header(pairs(&[("a", "1")])).unwrap();
    let error = server
        .stream
        .set_header(pairs(&[("b", "2"), ("c", &long)]))
        .unwrap_err();
    assert_eq!(error.kitex_code(), Some(12_004));
    assert!(server.send_header(&[("k", &long)]).is_err());
    assert_eq!(server.wrote(), [""; 0]);
    assert!(server.stream.set_trailer(pairs(&[(&long, "v")])).is_err());
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER a=1", "TRAILER"]);
}

#[test]
fn s18_a_business_message_that_does_not_fit_still_ends_the_stream() {
    let mut server = Server::open();
    server.finish(Outcome::Biz(BizStatusError::new(1, "x".repeat(65_536))));
    assert_eq!(
        server.wrote(),
        [
            "HEADER",
            "TRAILER [6 trailer cannot be sent: header string of 65536 bytes, at most 65535 can be sent]"
        ]
    );
}

#[test]
fn s38_a_second_header_for_a_live_stream_is_fatal_for_the_connection() {
    let mut server = Server::open();
    assert_eq!(
        server
            .stream
            .on_frame(header(&[]))
            .unwrap_err()
            .kitex_code(),
        Some(12_002)
    );
}

#[test]
fn s40_meta_is_ignored() {
    let mut server = Server::open();
    server.on([meta(&[("rip", "10.0.0.1:80")])]);
    assert_eq!(
        (server.recv(), server.ends(), server.wrote()),
        ("wait".into(), 0, vec![])
    );
}

#[test]
fn s43_eof_comes_after_all_data_and_repeats() {
    let mut server = Server::open();
    server.on([data("a"), data("b"), trailer(&[])]);
    let got = [server.recv(), server.recv(), server.recv(), server.recv()];
    assert_eq!(got, ["a", "b", "EOF", "EOF"]);
}

#[test]
fn s43_data_and_trailer_after_half_close_are_ignored() {
    let mut server = Server::open();
    server.on([trailer(&[]), data("late"), failing_trailer(6, "late", &[])]);
    assert_eq!([server.recv(), server.recv()], ["EOF", "EOF"]);
}

#[test]
fn s44_the_server_sends_after_the_client_half_closed() {
    let mut server = Server::open();
    server.on([data("a"), trailer(&[])]);
    server.send("b").unwrap();
    server.finish(Outcome::Success);
    assert_eq!(server.wrote(), ["HEADER", "DATA b", "TRAILER"]);
}

#[test]
fn s50_returning_early_writes_header_and_trailer_and_ignores_what_follows() {
    let mut server = Server::open();
    server.on([data("unread")]);
    server.finish(Outcome::Success);
    server.on([data("late"), trailer(&[]), rst(12_007, "late", "")]);
    assert_eq!(server.wrote(), ["HEADER", "TRAILER"]);
    assert_eq!(server.stream.reason().unwrap().kitex_code(), Some(12_012));
}

#[test]
fn s51_a_plain_error_is_type_6_with_prefix() {
    let mut server = Server::open();
    server.finish(Outcome::from_handler(Err(Error::application("test error"))));
    assert_eq!(
        server.wrote(),
        ["HEADER", "TRAILER [6 biz error: test error]"]
    );
}

#[test]
fn s51_an_error_passed_on_by_the_handler_loses_its_type() {
    let downstream = Error::new(ErrorKind::Timeout, 12_014, "late").with_side(Side::Client);
    let mut server = Server::open();
    server.finish(Outcome::from_handler(Err(downstream)));
    let text = "[ttstream error, code=12014] [client-side stream] late";
    assert_eq!(
        server.wrote(),
        [
            "HEADER".to_owned(),
            format!("TRAILER [6 biz error: {text}]")
        ]
    );
}

#[test]
fn s52_s53_a_business_error_is_pairs_without_payload() {
    let cases = [
        (BizStatusError::new(404, "not found"), ""),
        (
            BizStatusError::new(404, "not found").with_extra(Some([].into())),
            " biz-extra={}",
        ),
        (
            BizStatusError::new(404, "not found").extra("k", "\"é"),
            r#" biz-extra={"k":"\"é"}"#,
        ),
    ];
    for (biz, extra) in cases {
        let mut server = Server::open();
        server.stream.set_trailer(pairs(&[("t", "1")])).unwrap();
        server.finish(Outcome::from_handler(Err(biz.into())));
        let trailer = format!("TRAILER t=1 biz-status=404 biz-message=not found{extra}");
        assert_eq!(server.wrote(), ["HEADER".to_owned(), trailer]);
    }
}

#[test]
fn s57_user_trailer_pairs_go_out_with_an_error() {
    let mut server = Server::open();
    server.stream.set_trailer(pairs(&[("t", "1")])).unwrap();
    server.finish(Outcome::Exception(ApplicationException::new(1900, "text")));
    assert_eq!(server.wrote(), ["HEADER", "TRAILER t=1 [1900 text]"]);
}

#[test]
fn s58_a_panic_is_type_6_with_its_text() {
    let mut server = Server::open();
    server.finish(Outcome::panic("Peer", "Bidi", "boom"));
    assert_eq!(
        server.wrote()[1],
        "TRAILER [6 panic: [happened in biz handler, method=Peer.Bidi, please check the panic at \
         the server side] boom]"
    );
}

#[test]
fn s25_unknown_method_and_service_are_exceptions_1_and_20() {
    let mut server = Server::open();
    server.finish(Outcome::unknown_method("Nope"));
    assert_eq!(
        server.wrote(),
        ["HEADER", "TRAILER [1 unknown method Nope]"]
    );

    let mut server = Server::open();
    server.finish(Outcome::unknown_service("Nope"));
    assert_eq!(
        server.wrote(),
        ["HEADER", "TRAILER [20 unknown service Nope]"]
    );
}

#[test]
fn calls_after_the_handler_returned_fail_with_12012() {
    let mut server = Server::open();
    server.on([data("buffered")]);
    server.finish(Outcome::Success);
    let text =
        "[ttstream error, code=12012] [server-side stream] canceled by business handler returning";
    assert_eq!(
        [server.recv(), server.recv(), server.recv()],
        ["buffered", text, text]
    );
    assert_eq!(server.send("late").unwrap_err().to_string(), text);
}

#[test]
fn waiters_are_woken_for_what_they_wait_for() {
    let mut server = Server::open();
    let mut wake = |frame| server.stream.on_frame(frame).unwrap().wake;
    assert_eq!(wake(meta(&[])), Wake::Nobody);
    assert_eq!(wake(data("a")), Wake::Recv);
    assert_eq!(wake(trailer(&[])), Wake::Recv);
    assert_eq!(wake(rst(12_007, "", "")), Wake::Everyone);
}

#[test]
fn a_message_that_exceeds_the_queue_ends_its_stream_with_an_exception() {
    let mut server = Server::limited(QueueLimits {
        max_bytes: 100,
        max_messages: 1,
    });
    server.on([data("a"), data("b"), data("dropped")]);
    assert_eq!(
        server.wrote(),
        ["HEADER", "TRAILER [6 receive queue exceeds 1 messages]"]
    );
    assert_eq!(server.recv(), "a");
    assert_eq!(
        server.recv(),
        "[ttstream error, code=12011] [server-side stream] receive queue exceeds 1 messages"
    );
    server.finish(Outcome::Success);
    assert_eq!((server.wrote(), server.ends()), (vec![], 1));
}
