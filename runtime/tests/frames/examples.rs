//! The worked examples of the specification, byte for byte, in both directions.

use crate::frame_support;

use bytes::{Bytes, BytesMut};
use frame_support::{E1, E2, E3, E4, E5, E6, hex, read_one};
use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::{
    DataHead, Frame, FrameBody, FrameInfo, FrameKind, write_frame,
};

const BIDI: &str = "Bidi";

fn info(kind: FrameKind, strings: &[(&'static str, &'static str)]) -> Box<FrameInfo> {
    Box::new(FrameInfo {
        method: BIDI.into(),
        ints: vec![(9, BIDI.into()), (27, kind.digit().into())],
        strings: strings.iter().copied().collect(),
    })
}

fn payload_of(example: &str, header_len: usize) -> Bytes {
    Bytes::from(hex(example)).slice(header_len..)
}

/// Reads `example`, compares, writes it again, compares bytes.
fn round_trip(example: &str, expected: &Frame) {
    let bytes = hex(example);
    assert_eq!(&read_one(&bytes).unwrap(), expected);

    let strings = match &expected.body {
        FrameBody::Data => Metadata::new(),
        FrameBody::Meta(info)
        | FrameBody::Header(info)
        | FrameBody::Trailer(info)
        | FrameBody::Rst(info) => info.strings.clone(),
    };
    let mut out = BytesMut::new();
    let (kind, sid, payload) = (expected.kind(), expected.sid, &expected.payload);
    write_frame(kind, sid, BIDI, &Vec::new(), &strings, payload, &mut out).unwrap();
    assert_eq!(out, bytes);
}

#[test]
fn s17_examples_e1_to_e6_round_trip() {
    use FrameKind::{Header, Rst, Trailer};
    let frame = |body, payload| Frame {
        sid: 1,
        body,
        payload,
    };

    let e1 = FrameBody::Header(info(Header, &[("isn", "EchoSvc")]));
    round_trip(E1, &frame(e1, Bytes::new()));
    round_trip(E2, &frame(FrameBody::Data, payload_of(E2, 34)));
    round_trip(
        E3,
        &frame(FrameBody::Trailer(info(Trailer, &[])), Bytes::new()),
    );
    round_trip(
        E4,
        &frame(FrameBody::Trailer(info(Trailer, &[])), payload_of(E4, 34)),
    );
    let e5 = FrameBody::Rst(info(Rst, &[("ttscp", "A,B")]));
    round_trip(E5, &frame(e5, payload_of(E5, 50)));
    let e6 = [("biz-status", "404"), ("biz-message", "not found")];
    round_trip(
        E6,
        &frame(FrameBody::Trailer(info(Trailer, &e6)), Bytes::new()),
    );
}

#[test]
fn s17_e2_is_what_the_data_head_writes() {
    let head = DataHead::new(BIDI).unwrap();
    assert_eq!(head.len(), 34);

    let payload = payload_of(E2, 34);
    let mut out = BytesMut::new();
    head.write(1, payload.len(), &mut out).unwrap();
    out.extend_from_slice(&payload);
    assert_eq!(out, hex(E2));
}
