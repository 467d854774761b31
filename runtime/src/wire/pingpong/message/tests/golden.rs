//! Bytes seen between a Kitex client and server (C.11), and TTHeaders as odd as they may be (C.6).

use super::*;
use crate::wire::pingpong::keys;
use crate::wire::ttheader::frame::PROTOCOL_THRIFT_BINARY;

/// One message of C.11.
struct Golden {
    bytes: &'static str,
    framing: Framing,
    kind: MessageType,
    method: &'static str,
    seq_id: i32,
    body: &'static str,
}

const RESULT: &str = "0c00000b000100000001720000";

const GOLDEN: [Golden; 7] = [
    Golden {
        bytes: "80010001 00000003 54776f 00000001 0c0001 0b0001 00000001 6e 00 00",
        framing: Framing::Buffered,
        kind: MessageType::Call,
        method: "Two",
        seq_id: 1,
        body: ARGS,
    },
    Golden {
        bytes: FRAMED_REQUEST,
        framing: Framing::Framed,
        kind: MessageType::Call,
        method: "Two",
        seq_id: 1,
        body: ARGS,
    },
    Golden {
        bytes: "0000001c 80010002 00000003 54776f 00000001 0c0000 0b0001 00000001 72 00 00",
        framing: Framing::Framed,
        kind: MessageType::Reply,
        method: "Two",
        seq_id: 1,
        body: RESULT,
    },
    Golden {
        bytes: "0000001b 80010004 00000002 4f77 00000002 0c0001 0b0001 00000001 6e 00 00",
        framing: Framing::Framed,
        kind: MessageType::OneWay,
        method: "Ow",
        seq_id: 2,
        body: ARGS,
    },
    Golden {
        bytes: "0000003b 80010003 0000000c 4563686f50696e67506f6e67 00000003
            0b0001 00000014 62697a206572726f723a20706c61696e20657272 080002 00000006 00",
        framing: Framing::Framed,
        kind: MessageType::Exception,
        method: "EchoPingPong",
        seq_id: 3,
        body: "0b00010000001462697a206572726f723a20706c61696e206572720800020000000600",
    },
    Golden {
        bytes: TTHEADER_REQUEST,
        framing: Framing::TtHeader,
        kind: MessageType::Call,
        method: "Two",
        seq_id: 4,
        body: ARGS,
    },
    Golden {
        bytes: TTHEADER_REPLY,
        framing: Framing::TtHeader,
        kind: MessageType::Reply,
        method: "Two",
        seq_id: 4,
        body: RESULT,
    },
];

#[test]
fn g69_what_kitex_wrote_is_read_and_written_again() {
    for golden in GOLDEN {
        let bytes = hex(golden.bytes);
        let message = take_all(&bytes);
        let envelope = Envelope {
            payload: PayloadCodec::Thrift,
            kind: golden.kind,
            method: golden.method.into(),
            seq_id: golden.seq_id,
        };
        assert_eq!(message.framing, golden.framing);
        assert_eq!(message.envelope, envelope);
        assert_eq!(&message.body[..], hex(golden.body));

        let (mut out, body) = (BytesMut::new(), Raw(golden.body));
        put(message.framing, &message.header, &envelope, &body, &mut out).unwrap();
        if golden.bytes == TTHEADER_REQUEST {
            // Kitex writes the pairs of a section in any order: the same ones, and as many bytes.
            assert_eq!(out.len(), bytes.len());
            assert_eq!(take_all(&out).header, message.header);
        } else {
            assert_eq!(&out[..], bytes);
        }
    }
}

#[test]
fn g69_an_exception_is_written_as_kitex_writes_it() {
    let golden = &GOLDEN[4];
    let exception = crate::codec::ApplicationException::new(6, "biz error: plain err");
    let message = take_all(&hex(golden.bytes));
    let mut out = BytesMut::new();
    let (header, envelope) = (Header::default(), message.envelope);
    put(Framing::Framed, &header, &envelope, &exception, &mut out).unwrap();
    assert_eq!(&out[..], hex(golden.bytes));
}

/// A TTHeader call of `Two` with this header info, which is padded.
fn with_info(info: &str) -> Vec<u8> {
    let mut info = hex(info);
    info.resize(info.len().next_multiple_of(4), 0);
    with_padded(&info)
}

fn with_padded(info: &[u8]) -> Vec<u8> {
    let payload = hex("80010001 00000003 54776f 00000004 00");
    let mut out = BytesMut::new();
    out.put_u32((10 + info.len() + payload.len()) as u32);
    out.extend_from_slice(&hex("1000 0000 00000004"));
    out.put_u16((info.len() / 4) as u16);
    out.extend_from_slice(info);
    out.extend_from_slice(&payload);
    out.to_vec()
}

/// `a` = `1` as a string, key 3 = `x`, and the token `t`.
const STRING: &str = "01 0001 0001 61 0001 31";
const INT: &str = "10 0001 0003 0001 78";
const TOKEN: &str = "11 0001 74";

#[test]
fn g79_blocks_come_in_any_order_repeated_and_with_padding_between() {
    let orders = [
        [STRING, INT, TOKEN],
        [TOKEN, STRING, INT],
        [INT, TOKEN, STRING],
    ];
    for [first, second, third] in orders {
        for between in ["", "00", "000000"] {
            let older = "01 0001 0001 61 0001 30";
            let info = format!("0000 {older} {between} {first} {second} {between} {third} {third}");
            let header = take_all(&with_info(&info)).header;
            assert_eq!(header.strings.get("a"), Some("1"), "the last one counts");
            assert_eq!(header.strings.get("RPC_TRANSIT_gdpr-token"), Some("t"));
            assert_eq!(header.int(3).map(|value| value.as_str()), Some("x"));
        }
    }
    for (what, info) in [
        ("block", format!("0000 {INT} 02")),
        ("protocol id", "0200".into()),
    ] {
        let mut buf = BytesMut::from(&with_info(&info)[..]);
        assert!(take(&mut buf, 1 << 20).is_err(), "unknown {what}");
    }
}

#[test]
fn g80_the_largest_header_is_read_and_an_empty_one_is_not() {
    let largest = take_all(&with_padded(&vec![0; MAX_INFO_LEN]));
    assert_eq!(largest.header.protocol_id, PROTOCOL_THRIFT_BINARY);
    assert_eq!(&largest.body[..], [0]);
    let mut buf = BytesMut::from(&with_padded(&[])[..]);
    assert!(take(&mut buf, 1 << 20).is_err());
}

#[test]
fn g81_length_is_all_but_itself() {
    for framing in [Framing::TtHeader, Framing::TtHeaderFramed] {
        let header = keys::reply_header(MessageType::Reply, 4, Default::default());
        let mut out = BytesMut::new();
        let reply = envelope(MessageType::Reply, 4);
        put(framing, &header, &reply, &Raw(RESULT), &mut out).unwrap();
        let length = u32::from_be_bytes(*out.first_chunk().unwrap());
        assert_eq!(length as usize, out.len() - 4);
        // What is behind it is another message's.
        let whole = out.len();
        out.put_u8(0x17);
        let message = take(&mut out, 1 << 20).unwrap().unwrap();
        assert_eq!(
            (&message.body[..], out.len()),
            (&hex(RESULT)[..], 1),
            "{whole}"
        );
    }
}
