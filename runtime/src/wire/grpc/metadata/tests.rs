use proptest::prelude::*;

use super::*;
use crate::ErrorKind;

fn request<const N: usize>(pairs: [(&'static str, &'static str); N]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    write_request(&Metadata::from(pairs), &mut headers);
    headers
}

fn headers<const N: usize>(pairs: [(&'static str, &[u8]); N]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

#[test]
fn g18_empty_names_of_services_are_values_like_others() {
    let metadata = read_request(&headers([
        ("destination-service", b""),
        ("destination-method", b"m"),
        ("source-service", b""),
        ("source-method", b""),
    ]));
    assert_eq!(metadata.get("source-service"), Some(""));
    assert_eq!(metadata.get("destination-method"), Some("m"));
}

#[test]
fn g19_keys_become_lower_case() {
    let headers = request([("Tenant-Id", "A")]);
    assert_eq!(headers.keys().next().unwrap().as_str(), "tenant-id");
    assert_eq!(headers["tenant-id"], "A");
}

#[test]
fn g20_bytes_travel_as_base64_without_padding() {
    let mut metadata = Metadata::new();
    metadata.insert_bin("k-bin", [0x00, 0xff, 0x01]);
    metadata.insert_bin("short-bin", [0xab]);
    check(&metadata).unwrap();
    let mut sent = HeaderMap::new();
    write_response(&metadata, &mut sent);
    assert_eq!(
        (&sent["k-bin"], &sent["short-bin"]),
        (
            &HeaderValue::from_static("AP8B"),
            &HeaderValue::from_static("qw")
        )
    );
    assert_eq!(read_response(&sent), metadata);

    let padded = read_response(&headers([("short-bin", b"qw==")]));
    assert_eq!(padded.get_bin("short-bin"), Some(vec![0xab]));
    assert_eq!(padded.get("short-bin"), Some("qw"));
}

#[test]
fn bytes_that_are_not_base64_are_dropped_on_receive() {
    let metadata = read_request(&headers([("a-bin", b"!!"), ("b-bin", b"AP8B,qw==, !")]));
    assert_eq!(metadata.get("a-bin"), None);
    let values: Vec<_> = metadata.get_all("b-bin").collect();
    assert_eq!(values, ["AP8B", "qw"]);
}

#[test]
fn g21_reserved_names_are_not_sent() {
    let headers = request([
        ("grpc-timeout", "1S"),
        ("content-type", "text/plain"),
        ("TE", "gzip"),
        ("User-Agent", "me"),
        ("connection", "close"),
        ("grpc-status", "5"),
        (":path", "/x"),
        ("mine", "1"),
    ]);
    assert_eq!(headers, self::headers([("mine", b"1")]));
}

#[test]
fn a_handler_sees_user_agent_and_content_type_and_a_client_does_not() {
    let received = headers([
        ("user-agent", b"grpc-go/1.73.0"),
        ("content-type", b"application/grpc"),
        ("grpc-timeout", b"1S"),
        ("te", b"trailers"),
        ("mine", b"1"),
    ]);
    let request = read_request(&received);
    assert_eq!(request.get("user-agent"), Some("grpc-go/1.73.0"));
    assert_eq!(request.get("content-type"), Some("application/grpc"));
    assert_eq!((request.len(), request.get("mine")), (3, Some("1")));
    assert_eq!(read_response(&received), Metadata::from([("mine", "1")]));
}

#[test]
fn values_of_a_key_keep_their_order() {
    let mut metadata = Metadata::from([("k", "1")]);
    metadata.append("other", "x");
    metadata.append("k", "2");
    let mut headers = HeaderMap::new();
    write_response(&metadata, &mut headers);
    let read = read_response(&headers);
    assert_eq!(read.get_all("k").collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn g47_metainfo_survives_as_upper_snake() {
    let sent = request([
        ("RPC_TRANSIT_TRANS_KEY", "t"),
        ("RPC_TRANSIT_lower-key", "l"),
        ("RPC_PERSIST_Persist_Key", "p"),
        ("RPC_TRANSIT_UPSTREAM_OLD", "u"),
    ]);
    assert_eq!(
        sent,
        headers([
            ("rpc-transit-trans-key", b"t"),
            ("rpc-transit-lower-key", b"l"),
            ("rpc-persist-persist-key", b"p"),
        ])
    );
    let read = read_request(&sent);
    assert_eq!(read.get("RPC_TRANSIT_TRANS_KEY"), Some("t"));
    assert_eq!(read.get("RPC_TRANSIT_LOWER_KEY"), Some("l"));
    assert_eq!(read.get("RPC_PERSIST_PERSIST_KEY"), Some("p"));
    assert_eq!(read.get("rpc-transit-trans-key"), Some("t"));
}

#[test]
fn the_first_value_of_metainfo_wins() {
    let read = read_request(&headers([
        ("rpc-persist-k", b"1"),
        ("rpc-persist-k", b"2"),
        ("rpc-transit-empty", b""),
        ("rpc-transit-", b"bare"),
    ]));
    assert_eq!(read.get_all("RPC_PERSIST_K").collect::<Vec<_>>(), ["1"]);
    assert_eq!(read.get("RPC_TRANSIT_EMPTY"), None);
    assert_eq!(read.get("RPC_TRANSIT_"), None);
}

#[test]
fn g49_what_cannot_travel_is_dropped() {
    let headers = request([
        ("RPC_TRANSIT_bad key", "v"),
        ("RPC_TRANSIT_k", ""),
        ("RPC_PERSIST_line", "a\nb"),
        ("RPC_PERSIST_ok", "v"),
    ]);
    assert_eq!(headers, self::headers([("rpc-persist-ok", b"v")]));
}

#[test]
fn a_user_is_told_what_cannot_travel() {
    for (key, value) in [
        ("bad key", "v"),
        ("", "v"),
        ("k", "a\r\nb"),
        ("k-bin", "not base64!"),
    ] {
        let error = check(&Metadata::from([(key, value)])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
    check(&Metadata::from([("k", "text, with ünïcode"), ("e", "")])).unwrap();
}

#[test]
fn bad_utf8_is_replaced() {
    let read = read_response(&headers([("k", b"a\xffb")]));
    assert_eq!(read.get("k"), Some("a\u{fffd}b"));
}

proptest! {
    #[test]
    fn pairs_that_pass_the_check_come_back(
        texts in prop::collection::vec(("x-[a-z0-9_.-]{1,12}y", "[ -~é]{0,40}"), 0..6),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut metadata = Metadata::new();
        for (key, value) in texts {
            metadata.insert(key, value);
        }
        metadata.insert_bin("raw-bin", bytes);
        prop_assert!(check(&metadata).is_ok());
        let mut headers = HeaderMap::new();
        write_response(&metadata, &mut headers);
        prop_assert_eq!(read_response(&headers), metadata);
    }
}
