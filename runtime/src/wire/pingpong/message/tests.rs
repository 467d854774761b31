mod golden;

use bytes::BufMut;

use super::*;
use crate::codec::{Encode, Writer};
use crate::service::PayloadCodec;
use crate::wire::pingpong::envelope::MessageType;

/// A body that is already bytes.
struct Raw(&'static str);

impl Encode for Raw {
    fn encoded_len(&self) -> usize {
        self.0.len() / 2
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.put(&hex(self.0));
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// Golden bytes seen from a Kitex client and server (grpc-and-pingpong.md C.11).
const ARGS: &str = "0c00010b0001000000016e0000";
const FRAMED_REQUEST: &str =
    "0000001c 80010001 00000003 54776f 00000001 0c0001 0b0001 00000001 6e 00 00";
const TTHEADER_REQUEST: &str = "0000005e 1000 0000 00000004 000e 00 00
    01 0001 0003 69736e 0003 537663
    10 0006 0006 0001 64 0009 0003 54776f 0016 0001 31 0001 0008 756e6672616d6564 0003 0000 0014 0000 00
    80010001 00000003 54776f 00000004 0c0001 0b0001 00000001 6e 00 00";
const TTHEADER_REPLY: &str = "00000032 1000 0000 00000004 0003 00 00 10 0001 0016 0001 32 0000
    80010002 00000003 54776f 00000004 0c0000 0b0001 00000001 72 00 00";

/// KitexProtobuf: a length, then an envelope that begins with 9001 (D, step e).
const PROTOBUF_REQUEST: &str = "00000012 90010001 00000003 54776f 00000001 0a016e";

fn take(buf: &mut BytesMut, max: usize) -> Result<Option<Message>> {
    MessageReader::new(max).next(buf)
}

fn take_all(bytes: &[u8]) -> Message {
    let mut buf = BytesMut::from(bytes);
    let message = take(&mut buf, 1 << 20).unwrap().expect("a whole message");
    assert!(buf.is_empty());
    message
}

fn envelope(kind: MessageType, seq_id: i32) -> Envelope {
    Envelope {
        payload: PayloadCodec::Thrift,
        kind,
        method: "Two".into(),
        seq_id,
    }
}

#[test]
fn a_kitex_request_is_read_with_its_header() {
    let message = take_all(&hex(TTHEADER_REQUEST));
    assert_eq!(message.framing, Framing::TtHeader);
    assert_eq!(message.header.strings.get("isn"), Some("Svc"));
    assert_eq!(message.envelope, envelope(MessageType::Call, 4));
    assert_eq!(&message.body[..], hex(ARGS));
}

#[test]
fn a_frame_behind_a_tt_header_is_unwrapped() {
    let mut out = BytesMut::new();
    let header = Header {
        seq_id: 7,
        ..Header::default()
    };
    let call = envelope(MessageType::Call, 7);
    let framing = Framing::TtHeaderFramed;
    put(framing, &header, &call, &Raw(ARGS), &mut out).unwrap();
    let message = take_all(&out);
    assert_eq!(message.framing, Framing::TtHeaderFramed);
    assert_eq!(&message.body[..], hex(ARGS));
}

#[test]
fn a_buffered_message_ends_where_its_struct_ends() {
    let one = hex(&FRAMED_REQUEST[8..]);
    let two = [&one[..], &hex(FRAMED_REQUEST), &one].concat();
    // However the bytes arrive, the same three messages come out.
    for step in 1..two.len() {
        let (mut messages, mut buf) = (MessageReader::new(1 << 20), BytesMut::new());
        let mut framings = Vec::new();
        for part in two.chunks(step) {
            buf.extend_from_slice(part);
            while let Some(message) = messages.next(&mut buf).unwrap() {
                assert_eq!(&message.body[..], hex(ARGS));
                framings.push(message.framing);
            }
        }
        let expected = [Framing::Buffered, Framing::Framed, Framing::Buffered];
        assert_eq!(framings, expected, "{step} bytes at a time");
    }
}

#[test]
fn a_buffered_message_is_bounded_as_it_grows() {
    // A string of 2 GiB is claimed.
    let endless = "80010001 00000003 54776f 00000001 0b0001 7fffffff";
    let (mut messages, mut buf) = (MessageReader::new(64), BytesMut::from(&hex(endless)[..]));
    assert!(messages.next(&mut buf).unwrap().is_none());
    buf.extend_from_slice(&[b'x'; 64]);
    let refused = messages.next(&mut buf).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ResourceExhausted, "{refused}");
}

#[test]
fn a_protobuf_message_is_told_by_its_envelope() {
    let message = take_all(&hex(PROTOBUF_REQUEST));
    assert_eq!(message.framing, Framing::Framed);
    assert_eq!(message.envelope.payload, PayloadCodec::Protobuf);
    assert_eq!(&message.body[..], hex("0a016e"));
    let mut out = BytesMut::new();
    let (header, body) = (Header::default(), Raw("0a016e"));
    put(message.framing, &header, &message.envelope, &body, &mut out).unwrap();
    assert_eq!(&out[..], hex(PROTOBUF_REQUEST));
}

#[test]
fn a_mesh_header_is_refused_by_its_name() {
    let mut buf = BytesMut::from(&hex("ffaf 0008 0000 0000 0000")[..]);
    let refused = take(&mut buf, 1 << 20).unwrap_err();
    assert!(refused.message().contains("MeshHeader"), "{refused}");
}

#[test]
fn every_prefix_is_incomplete_and_nothing_is_taken() {
    let buffered = &FRAMED_REQUEST[8..];
    for whole in [FRAMED_REQUEST, TTHEADER_REQUEST, PROTOBUF_REQUEST, buffered] {
        let whole = hex(whole);
        for end in 0..whole.len() {
            let mut buf = BytesMut::from(&whole[..end]);
            assert!(
                take(&mut buf, 1 << 20).unwrap().is_none(),
                "prefix of {end} bytes"
            );
            assert_eq!(buf.len(), end);
        }
    }
}

#[test]
fn what_is_no_message_is_refused() {
    let cases = [
        ("neither framing", "47455420 2f204854"),
        ("above the limit", "7fffffff 80010001"),
        (
            "unknown type",
            "00000010 80010009 00000003 54776f 00000001 00",
        ),
        ("empty method", "0000000d 80010001 00000000 00000001 00"),
        (
            "method runs past the end",
            "0000000d 80010001 00000064 00000001 00",
        ),
        (
            "cut in the sequence id",
            "0000000d 80010001 00000003 54776f 0000",
        ),
    ];
    for (what, bytes) in cases {
        let mut buf = BytesMut::from(&hex(bytes)[..]);
        assert!(take(&mut buf, 1 << 20).is_err(), "{what}");
    }
}

#[test]
fn a_claimed_size_reserves_nothing() {
    // 16 MiB are claimed, 8 bytes are there.
    let mut buf = BytesMut::from(&hex("01000000 80010001")[..]);
    assert!(take(&mut buf, 1 << 26).unwrap().is_none());
    reserve_for_read(&mut buf);
    assert!(buf.capacity() < 64 * 1024);
}

/// A message that is too large is refused by its length, and answered as soon as its envelope has
/// arrived.
#[test]
fn a_message_above_the_limit_says_where_to_answer() {
    let envelope = hex("80010001 00000003 54776f 00000007");
    let with_header = hex("01f00000 1000 0000 00000007 0001 00 00 0000");
    let length = hex("01f00000");
    let messages = [
        (Framing::Framed, [&length[..], &envelope].concat()),
        (Framing::TtHeader, [&with_header[..], &envelope].concat()),
        (
            Framing::TtHeaderFramed,
            [&with_header[..], &length, &envelope].concat(),
        ),
    ];
    for (framing, bytes) in messages {
        let refused = take(&mut BytesMut::from(&bytes[..]), 1 << 20).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceExhausted, "{framing:?}");
        for cut in 0..bytes.len() {
            assert!(head(&bytes[..cut]).is_none(), "{framing:?}: {cut} bytes");
        }
        let head = head(&bytes).expect("the envelope is there");
        let answered_to = (
            head.framing,
            head.envelope.method.as_str(),
            head.envelope.seq_id,
        );
        assert_eq!(answered_to, (framing, "Two", 7));
    }
}
