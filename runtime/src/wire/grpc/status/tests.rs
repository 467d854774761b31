use http::HeaderMap;
use proptest::prelude::*;

use super::*;
use crate::error::{BizStatusError, Result};
use crate::metadata::Metadata;

const THRIFT: PayloadCodec = PayloadCodec::Thrift;
const PROTOBUF: PayloadCodec = PayloadCodec::Protobuf;

fn sent(error: Error) -> HeaderMap {
    trailers(&Err(error), PROTOBUF, &Metadata::new())
}

fn received<const N: usize>(pairs: [(&'static str, &[u8]); N]) -> Result<()> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(name, HeaderValue::from_bytes(value).unwrap());
    }
    read_trailers(&headers).0
}

fn code_of(result: Result<()>) -> Option<Code> {
    result.unwrap_err().grpc_code()
}

#[test]
fn g08_g09_what_is_unknown_has_kitex_numbers_for_thrift_and_12_for_protobuf() {
    for (type_id, text) in [
        (ApplicationException::UNKNOWN_SERVICE, "unknown service S"),
        (ApplicationException::UNKNOWN_METHOD, "unknown method m"),
    ] {
        let exception = ApplicationException::new(type_id, text);
        let thrift = of_exception(exception.clone(), THRIFT);
        assert_eq!(
            (thrift.grpc_code(), thrift.message()),
            (Some(type_id.into()), text)
        );
        assert_eq!(
            of_exception(exception, PROTOBUF).grpc_code(),
            Some(Code::UNIMPLEMENTED)
        );
    }
    let panic = ApplicationException::new(ApplicationException::INTERNAL_ERROR, "panic: …");
    assert_eq!(
        of_exception(panic, THRIFT).grpc_code(),
        Some(Code::INTERNAL)
    );
}

#[test]
fn g32_a_status_and_an_empty_message_for_success() {
    let headers = trailers(&Ok(()), THRIFT, &Metadata::new());
    assert_eq!(
        (&headers["grpc-status"], &headers["grpc-message"]),
        (
            &HeaderValue::from_static("0"),
            &HeaderValue::from_static("")
        )
    );
    assert_eq!(headers.len(), 2);
}

#[test]
fn what_a_handlers_error_becomes() {
    let decode = Error::new(ErrorKind::Decode, 7, "bad");
    for (error, thrift, protobuf) in [
        (Error::application("plain"), 13, 13),
        (ApplicationException::new(99, "typed").into(), 13, 13),
        (
            Error::new(ErrorKind::Protocol, 1900, "own type"),
            1900,
            1900,
        ),
        (decode, 7, 13),
        (Error::new(ErrorKind::Connection, 0, "refused"), 14, 14),
        (Error::invalid_argument("mine"), 13, 13),
    ] {
        let text = format!("{} [biz error]", error.message());
        let outcome = Err(error);
        for (payload, code) in [(THRIFT, thrift), (PROTOBUF, protobuf)] {
            let headers = trailers(&outcome, payload, &Metadata::new());
            assert_eq!(headers["grpc-status"], code.to_string());
            assert_eq!(headers["grpc-message"], text);
        }
    }
}

#[test]
fn a_status_of_the_handlers_own_goes_out_as_it_is() {
    let headers = sent(Error::grpc_status(5.into(), "none"));
    assert_eq!(
        (&headers["grpc-status"], &headers["grpc-message"]),
        (
            &HeaderValue::from_static("5"),
            &HeaderValue::from_static("none")
        )
    );
}

#[test]
fn a_request_that_does_not_decode_is_no_error_of_the_handler() {
    let cut = crate::codec::Reader::new(&bytes::Bytes::new())
        .take(1)
        .unwrap_err();
    for (payload, code) in [(THRIFT, 7), (PROTOBUF, 13)] {
        let error = of_decode(&cut, payload);
        assert_eq!(error.grpc_code(), Some(code.into()));
        assert_eq!(error.message(), cut.to_string());
    }
}

#[test]
fn an_error_of_a_call_that_the_handler_made_keeps_its_prefix() {
    let exception = ApplicationException::new(6, "biz error: no");
    let headers = sent(Error::remote(exception));
    assert_eq!(
        headers["grpc-message"],
        "remote or network error[remote]: biz error: no [biz error]"
    );
}

#[test]
fn a_missing_status_is_2_and_a_missing_message_is_empty() {
    assert_eq!(code_of(received([])), Some(2.into()));
    let error = received([("grpc-status", b"5")]).unwrap_err();
    assert_eq!(
        (error.grpc_code(), error.message()),
        (Some(Code::NOT_FOUND), "")
    );
    assert!(error.is_remote());
}

#[test]
fn g39_a_message_is_percent_encoded() {
    let headers = sent(Error::grpc_status(9.into(), "余额不足 100%"));
    let encoded = "%E4%BD%99%E9%A2%9D%E4%B8%8D%E8%B6%B3 100%25";
    assert_eq!(headers["grpc-message"], encoded);
    let error = read_trailers(&headers).0.unwrap_err();
    assert_eq!(error.message(), "余额不足 100%");
}

#[test]
fn g40_numbers_above_16_are_kept() {
    for code in [17, 20, 21, 99] {
        let error = read_trailers(&sent(Error::grpc_status(code.into(), ""))).0;
        assert_eq!(code_of(error), Some(code.into()));
    }
    assert_eq!(
        code_of(received([("grpc-status", b"-1")])),
        Some((-1).into())
    );
}

#[test]
fn g41_details_padded_or_not_override_and_garbage_is_13() {
    let status = encode_details(8, "quota", [&b"any"[..]]);
    let error = Error::grpc_status(8.into(), "quota").with_status_details(status.clone());
    let headers = sent(error);
    let text = headers["grpc-status-details-bin"].to_str().unwrap();
    assert!(!text.ends_with('='));

    for padded in [text.to_owned(), format!("{text}=")] {
        let error = received([
            ("grpc-status", b"2"),
            ("grpc-message", b"other"),
            ("grpc-status-details-bin", padded.as_bytes()),
        ])
        .unwrap_err();
        assert_eq!(
            (error.grpc_code(), error.message()),
            (Some(Code::RESOURCE_EXHAUSTED), "quota")
        );
        assert_eq!(error.status_details(), &status);
    }
    for garbage in [&b"!!"[..], b"/////w", b"CA", b"GgU", b"Gw"] {
        let pairs = [
            ("grpc-status", &b"5"[..]),
            ("grpc-status-details-bin", garbage),
        ];
        assert_eq!(
            code_of(received(pairs)),
            Some(Code::INTERNAL),
            "{garbage:?}"
        );
    }
}

#[test]
fn g42_a_call_that_succeeds_has_user_trailers_too() {
    let user = Metadata::from([("cost", "3")]);
    let headers = trailers(&Ok(()), PROTOBUF, &user);
    let (outcome, trailer) = read_trailers(&headers);
    outcome.unwrap();
    assert_eq!(trailer, user);
}

#[test]
fn g43_a_business_error_has_status_13_and_its_own_code() {
    let biz = BizStatusError::new(10_001, "insufficient balance").extra("k<1>", "v\"");
    let headers = sent(biz.clone().into());
    assert_eq!(headers["grpc-status"], "13");
    assert_eq!(headers["grpc-message"], "insufficient balance");
    assert_eq!(headers["biz-status"], "10001");
    assert_eq!(headers["biz-extra"], r#"{"k<1>":"v\""}"#);

    let (outcome, trailer) = read_trailers(&headers);
    let error = outcome.unwrap_err();
    assert_eq!(error.biz_status(), Some(&biz));
    assert_eq!(
        (error.kitex_code(), error.grpc_code()),
        (None, Some(Code::INTERNAL))
    );
    assert!(trailer.is_empty(), "{trailer:?}");
}

#[test]
fn g44_extra_that_is_not_ascii_passes_both_ways() {
    let biz = BizStatusError::new(1, "m").extra("é", "a\nb\x7f");
    let headers = sent(biz.clone().into());
    let raw = headers["biz-extra"].as_bytes();
    assert_eq!(raw, "{\"é\":\"a\\nb\\u007f\"}".as_bytes());
    let error = read_trailers(&headers).0.unwrap_err();
    assert_eq!(error.biz_status(), Some(&biz));

    let escaped = br#"{"k\u003c1\u003e":"v"}"#;
    let pairs = [
        ("grpc-status", &b"13"[..]),
        ("biz-status", b"1"),
        ("biz-extra", escaped),
    ];
    let error = received(pairs).unwrap_err();
    let extras = error.biz_status().unwrap().extras().unwrap();
    assert_eq!(extras["k<1>"], "v");
}

#[test]
fn a_business_error_passed_on_keeps_the_status_it_came_with() {
    let error = received([("grpc-status", b"9"), ("biz-status", b"7")]).unwrap_err();
    let headers = sent(error);
    assert_eq!(headers["grpc-status"], "9");
    assert_eq!(headers["biz-status"], "7");
}

#[test]
fn g45_a_business_status_beside_success_is_ignored() {
    received([("grpc-status", b"0"), ("biz-status", b"7")]).unwrap();
}

#[test]
fn g46_malformed_trailers_are_13() {
    for pair in [
        ("biz-extra", &b"[1]"[..]),
        ("biz-extra", b"{\"k\":1}"),
        ("biz-extra", b""),
        ("biz-status", b"x"),
        ("biz-status", b"99999999999"),
        ("grpc-status", b"x"),
        ("grpc-status", b""),
    ] {
        let pairs = [("grpc-status", &b"5"[..]), ("biz-status", b"7"), pair];
        let error = received(pairs).unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{pair:?}");
        assert_eq!(error.message(), format!("transport: malformed {}", pair.0));
    }
}

#[test]
fn g53_g54_what_ends_a_call_on_this_side() {
    for (reason, code, kind, text) in [
        (
            CancelReason::User,
            1,
            ErrorKind::Canceled,
            "context canceled",
        ),
        (
            CancelReason::Deadline(None),
            4,
            ErrorKind::Timeout,
            "context deadline exceeded",
        ),
        (
            CancelReason::RecvTimeout(std::time::Duration::from_millis(5)),
            17,
            ErrorKind::Timeout,
            "stream Recv timeout, timeout=5ms",
        ),
    ] {
        let error = of_cancel(&reason);
        assert_eq!((error.grpc_code(), error.kind()), (Some(code.into()), kind));
        assert_eq!(error.message(), text);
    }
}

#[test]
fn g57_codes_of_resets() {
    for (status, resets) in [
        (13, &[0, 1, 2, 4, 5, 6, 9, 10, 13][..]),
        (8, &[3, 11]),
        (14, &[7, 1000]),
        (1, &[8]),
        (7, &[12]),
        (2, &[14, 999, u32::MAX]),
    ] {
        for reset in resets {
            assert_eq!(reset::reset_code(*reset), status.into(), "{reset}");
        }
    }
}

#[test]
fn g57_a_refused_stream_was_not_processed() {
    assert!(is_unprocessed(&h2::Reason::REFUSED_STREAM.into()));
    assert!(!is_unprocessed(&h2::Reason::CANCEL.into()));
    assert!(of_h2(&h2::Reason::REFUSED_STREAM.into(), false).is_retryable());
    assert!(!of_h2(&h2::Reason::CANCEL.into(), false).is_retryable());
}

#[test]
fn a_server_names_who_cancelled() {
    let error = canceled_by_peer(&h2::Reason::CANCEL.into(), "front", None);
    assert_eq!(error.grpc_code(), Some(Code::CANCELED));
    assert_eq!(
        error.message(),
        "transport: RSTStream Frame received with error code: CANCEL [triggered by front]"
    );
    let error = canceled_by_peer(&h2::Reason::from(1000).into(), "front", None);
    assert_eq!(
        (error.grpc_code(), error.message()),
        (Some(Code::UNAVAILABLE), "graceful shutdown")
    );
}

proptest! {
    #[test]
    fn statuses_come_back(
        code in any::<i32>().prop_filter("an error", |code| *code != 0),
        message in any::<String>(),
        details in prop::option::of(prop::collection::vec(any::<u8>(), 0..50)),
    ) {
        let mut error = Error::grpc_status(code.into(), message.clone());
        if let Some(details) = &details {
            error = error.with_status_details(encode_details(code, &message, [&details[..]]));
        }
        let read = read_trailers(&sent(error.clone())).0.unwrap_err();
        prop_assert_eq!(read.grpc_code(), Some(code.into()));
        prop_assert_eq!(read.message(), message);
        prop_assert_eq!(read.status_details(), error.status_details());
        prop_assert_eq!(read.kind(), error.kind());
    }

    #[test]
    fn whatever_the_trailers_an_error_has_a_code(
        details in prop::collection::vec(any::<u8>(), 0..40),
        extra in "[ -~é]{0,30}",
        status in "[ -~]{0,6}",
    ) {
        let details = crate::metadata::binary::encode(&details);
        let pairs = [
            ("grpc-status", status.as_bytes()),
            ("biz-extra", extra.as_bytes()),
            ("grpc-status-details-bin", details.as_bytes()),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        }
        let (outcome, _) = read_trailers(&headers);
        let code = outcome.err().map(|error| error.grpc_code());
        prop_assert_ne!(code, Some(None));
        if status.contains(|letter: char| letter.is_ascii_alphabetic()) {
            prop_assert_eq!(code, Some(Some(Code::INTERNAL)));
        }
    }
}
