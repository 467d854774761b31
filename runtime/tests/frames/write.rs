//! What every written frame looks like (checklist 1–5, 8, 18).

use crate::frame_support;

use bytes::BytesMut;
use frame_support::{hex, read_one};
use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::{
    DataHead, EncodeError, FrameBody, FrameKind, Header, IntPairs, MAX_LENGTH, check_pairs,
    write_frame,
};

const KINDS: [FrameKind; 5] = [
    FrameKind::Meta,
    FrameKind::Header,
    FrameKind::Data,
    FrameKind::Trailer,
    FrameKind::Rst,
];

/// One frame of each kind, with header strings that leave 0 to 3 bytes of padding.
fn some_of_each() -> Vec<(FrameKind, BytesMut)> {
    let mut frames = Vec::new();
    for kind in KINDS {
        for value in ["", "1", "12", "123"] {
            let strings: Metadata = [("key", value)].into_iter().collect();
            let mut out = BytesMut::new();
            let payload = b"payload";
            write_frame(
                kind,
                -7,
                "Bidi",
                &IntPairs::new(),
                &strings,
                payload,
                &mut out,
            )
            .unwrap();
            frames.push((kind, out));
        }
    }
    frames
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

#[test]
fn s01_magic_and_flags() {
    for (_, frame) in some_of_each() {
        assert_eq!(frame[4..8], [0x10, 0x00, 0x00, 0x02]);
    }
}

#[test]
fn s02_length_counts_all_but_itself() {
    for (_, frame) in some_of_each() {
        assert_eq!(frame[..4], (frame.len() as u32 - 4).to_be_bytes());
    }
}

#[test]
fn s03_header_size_counts_words_and_padding_is_zero() {
    for (kind, frame) in some_of_each() {
        let info_end = 14 + usize::from(u16_at(&frame, 12)) * 4;
        assert_eq!(&frame[info_end..], b"payload");
        // The last int pair ends right behind the digit of the frame type.
        let digit = frame[..info_end].iter().rposition(|b| *b != 0).unwrap();
        assert_eq!(frame[digit..=digit], *kind.digit().as_bytes());
        assert!(info_end - digit <= 4, "at most 3 bytes of padding");
    }
}

#[test]
fn s04_protocol_id_is_0x10_without_transforms() {
    for (_, frame) in some_of_each() {
        assert_eq!(frame[14..16], [0x10, 0x00]);
    }
}

#[test]
fn s05_every_frame_carries_frame_type_and_method() {
    for (kind, bytes) in some_of_each() {
        let frame = read_one(&bytes).unwrap();
        assert_eq!(frame.kind(), kind);
        match frame.body {
            FrameBody::Meta(info)
            | FrameBody::Header(info)
            | FrameBody::Trailer(info)
            | FrameBody::Rst(info) => {
                assert_eq!(info.method, "Bidi");
                assert_eq!(info.ints, [(9, "Bidi".into()), (27, kind.digit().into())]);
            }
            FrameBody::Data => {
                assert!(bytes.windows(8).any(|pair| pair == b"\x00\x09\x00\x04Bidi"));
            }
        }
    }
}

#[test]
fn s08_the_token_is_written_as_section_0x11_only() {
    let strings: Metadata = [("k", "v"), ("RPC_TRANSIT_gdpr-token", "tok")]
        .into_iter()
        .collect();
    let mut out = BytesMut::new();
    let none = IntPairs::new();
    write_frame(FrameKind::Header, 1, "Bidi", &none, &strings, &[], &mut out).unwrap();

    let sections = "11 0003 746f6b 01 0001 0001 6b 0001 76 10 0002";
    assert_eq!(out[16..16 + hex(sections).len()], hex(sections));
    let FrameBody::Header(info) = read_one(&out).unwrap().body else {
        panic!("no HEADER")
    };
    assert_eq!(info.strings.get("RPC_TRANSIT_gdpr-token"), Some("tok"));
    assert_eq!(info.strings.get("k"), Some("v"));
}

#[test]
fn s08_a_token_alone_leaves_no_string_section() {
    let header = Header {
        strings: [("RPC_TRANSIT_gdpr-token", "tok")].into_iter().collect(),
        ..Header::default()
    };
    let mut out = BytesMut::new();
    header.encode(0, &mut out).unwrap();
    assert_eq!(out[14..], hex("00 00 11 0003 746f6b"));
}

/// Writes HEADER with these pairs behind a byte that must stay alone if writing fails.
fn write_strings(strings: &Metadata) -> Result<(), EncodeError> {
    let mut out = BytesMut::from(&b"x"[..]);
    let none = IntPairs::new();
    let written = write_frame(FrameKind::Header, 1, "Bidi", &none, strings, &[], &mut out);
    assert_eq!(written.is_err(), out == "x");
    assert_eq!(check_pairs(FrameKind::Header, "Bidi", strings), written);
    written
}

#[test]
fn s18_a_string_of_65535_bytes_is_written_and_a_longer_one_is_not() {
    let of = |key: usize, value: usize| [("k".repeat(key), "v".repeat(value))];
    assert_eq!(
        write_strings(&of(65_535, 65_535).into_iter().collect()),
        Ok(())
    );
    let too_long = Err(EncodeError::StringTooLong { len: 65_536 });
    assert_eq!(
        write_strings(&of(65_536, 1).into_iter().collect()),
        too_long
    );
    assert_eq!(
        write_strings(&of(1, 65_536).into_iter().collect()),
        too_long
    );
    assert!(DataHead::new(&"m".repeat(65_536)).is_err());
}

#[test]
fn s18_a_header_beyond_262140_bytes_is_not_written() {
    let with = |keys: &[&'static str]| -> Metadata {
        keys.iter().map(|key| (*key, "v".repeat(65_535))).collect()
    };
    assert_eq!(write_strings(&with(&["a", "b", "c"])), Ok(()));
    let too_large = write_strings(&with(&["a", "b", "c", "d"]));
    assert!(matches!(too_large, Err(EncodeError::HeaderTooLarge { .. })));
}

#[test]
fn s18_a_section_of_more_than_65535_pairs_is_not_written() {
    let header = Header {
        ints: vec![(0, "".into()); 65_536],
        ..Header::default()
    };
    let mut out = BytesMut::new();
    assert_eq!(
        header.encode(0, &mut out),
        Err(EncodeError::TooManyPairs { count: 65_536 })
    );
    assert_eq!(out, "");
}

#[test]
fn a_payload_beyond_the_largest_length_is_not_written() {
    let head = DataHead::new("Bidi").unwrap();
    let mut out = BytesMut::new();
    let most = MAX_LENGTH as usize - (head.len() - 4);
    head.write(1, most, &mut out).unwrap();
    assert_eq!(out[..4], MAX_LENGTH.to_be_bytes());

    out.clear();
    assert!(matches!(
        head.write(1, most + 1, &mut out),
        Err(EncodeError::FrameTooLarge { .. })
    ));
    assert!(head.write(1, usize::MAX, &mut out).is_err());
    assert_eq!(out, "");
}
