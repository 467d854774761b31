//! Metainfo in the HEADER (checklist 74, 93–95).

use crate::stream_support;

use stream_support::{opening_bytes, pairs, read_header};

#[test]
fn s74_no_deadline_key_is_written() {
    let (_, info) = read_header(&opening_bytes("EchoSvc", &[]));
    let keys: Vec<_> = info.ints.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [9, 27]);
}

#[test]
fn s93_metainfo_pairs_travel_with_keys_unchanged() {
    let metainfo = [
        ("RPC_TRANSIT_tenant", "a"),
        ("RPC_PERSIST_Trace-Id", "é"),
        ("isn", "EchoSvc"),
    ];
    let (_, info) = read_header(&opening_bytes("EchoSvc", &metainfo));
    assert_eq!(info.strings, pairs(&metainfo));
}

#[test]
fn s95_the_gdpr_token_travels_in_section_0x11() {
    let bytes = opening_bytes("EchoSvc", &[("RPC_TRANSIT_gdpr-token", "secret")]);
    assert_eq!(bytes[14..25], *b"\x10\x00\x11\x00\x06secret");
    assert!(!bytes.windows(10).any(|window| window == b"gdpr-token"));

    let (_, info) = read_header(&bytes);
    assert_eq!(info.strings.get("RPC_TRANSIT_gdpr-token"), Some("secret"));
}
