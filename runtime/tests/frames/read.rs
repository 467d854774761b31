//! What the reader accepts and what is fatal for the connection (checklist 6–12, 14–16, 19, 29).

use crate::frame_support;

use bytes::BytesMut;
use frame_support::{E1, E2, E3, frame_with_info, hex, read_one};
use streamgen_runtime::unstable::ttheader::frame::{
    DecodeError, Frame, FrameBody, FrameInfo, FrameKind, FrameReader, PRELUDE_LEN, Prelude,
};

const METHOD: &str = "0009 0004 42696469";
const IS_HEADER: &str = "001b 0001 32";

/// What `info` says as the header info of a HEADER.
fn read_info(info: &str) -> Result<FrameInfo, DecodeError> {
    let frame = read_one(&frame_with_info(info, b""))?;
    let FrameBody::Header(info) = frame.body else {
        panic!("{:?}", frame.kind())
    };
    Ok(*info)
}

fn error(bytes: &[u8]) -> DecodeError {
    read_one(bytes).unwrap_err()
}

/// E3 with other bytes from `at` on.
fn e3_with(at: usize, bytes: &str) -> Vec<u8> {
    let mut frame = hex(E3);
    let bytes = hex(bytes);
    frame[at..at + bytes.len()].copy_from_slice(&bytes);
    frame
}

#[test]
fn s06_sections_and_keys_come_in_any_order() {
    let orders = [
        format!("10 00 10 0002 {METHOD} {IS_HEADER} 01 0001 0001 6b 0001 76"),
        format!("10 00 01 0001 0001 6b 0001 76 10 0002 {IS_HEADER} {METHOD}"),
        format!("10 00 10 0001 {IS_HEADER} 01 0001 0001 6b 0001 76 10 0001 {METHOD}"),
    ];
    for order in orders {
        let info = read_info(&order).unwrap();
        assert_eq!(info.method, "Bidi");
        assert_eq!(info.strings.get("k"), Some("v"));
    }
}

#[test]
fn s07_padding_stands_anywhere_and_sections_may_be_empty() {
    let info =
        format!("10 00 0000 01 0000 00 10 0000 000000 10 0001 {IS_HEADER} 00 10 0001 {METHOD} 00");
    assert_eq!(read_info(&info).unwrap().method, "Bidi");
}

#[test]
fn s08_section_0x11_is_one_string() {
    let info = read_info(&format!("10 00 11 0003 746f6b 10 0001 {IS_HEADER}")).unwrap();
    assert_eq!(info.strings.get("RPC_TRANSIT_gdpr-token"), Some("tok"));
    assert_eq!(info.strings.len(), 1);
}

#[test]
fn the_last_of_duplicate_keys_wins() {
    let info = read_info(&format!(
        "10 00 01 0002 0001 6b 0001 61 0001 6b 0001 62 10 0002 001b 0001 39 {IS_HEADER}"
    ))
    .unwrap();
    assert_eq!(info.strings.get("k"), Some("b"));
    assert_eq!(info.ints, [(27, "2".into())]);
}

#[test]
fn strings_that_are_not_utf8_are_replaced_not_refused() {
    let info = read_info(&format!(
        "10 00 01 0001 0001 6b 0002 ff61 10 0001 {IS_HEADER}"
    ))
    .unwrap();
    assert_eq!(info.strings.get("k"), Some("\u{fffd}a"));
}

#[test]
fn s09_unknown_info_id_is_fatal() {
    let bytes = frame_with_info(&format!("10 00 10 0001 {IS_HEADER} 02"), b"");
    assert_eq!(error(&bytes), DecodeError::UnknownInfo(2));
}

#[test]
fn s09_overruns_are_fatal() {
    let overruns = [
        "10 05 0000",                   // transform ids
        "10 00 10 00",                  // count
        "10 00 10 0002 001b 0001 3200", // second pair
        "10 00 10 0001 001b 00ff 3200", // int value
        "10 00 01 0001 00ff 3200",      // string key
        "10 00 01 0001 0001 6b 00ff",   // string value
        "10 00 11 00ff 0000",           // token
    ];
    for info in overruns {
        assert_eq!(
            error(&frame_with_info(info, b"long payload")),
            DecodeError::Overrun,
            "{info}"
        );
    }
}

#[test]
fn s09_header_size_0_is_fatal() {
    assert_eq!(error(&e3_with(12, "0000")), DecodeError::EmptyHeader);
}

#[test]
fn s10_five_protocol_ids_are_accepted() {
    for id in 0..=0xff {
        let bytes = frame_with_info(&format!("{id:02x} 00 10 0001 {IS_HEADER}"), b"");
        match id {
            0x00 | 0x03 | 0x04 | 0x10 | 0x11 => assert!(read_one(&bytes).is_ok()),
            _ => assert_eq!(error(&bytes), DecodeError::UnknownProtocol(id)),
        }
    }
}

#[test]
fn s11_the_streaming_bit_is_the_only_one_that_matters() {
    assert_eq!(
        read_one(&e3_with(6, "001a")).unwrap().kind(),
        FrameKind::Trailer
    );
    assert_eq!(
        read_one(&e3_with(6, "ffff")).unwrap().kind(),
        FrameKind::Trailer
    );
    assert_eq!(
        error(&e3_with(6, "0018")),
        DecodeError::NotStreaming { flags: 0x18 }
    );
}

#[test]
fn s12_missing_or_unknown_frame_type_is_fatal() {
    for value in ["0001 30", "0001 36", "0000", "0002 3232", "0001 ff"] {
        let bytes = frame_with_info(&format!("10 00 10 0002 {METHOD} 001b {value}"), b"");
        assert_eq!(error(&bytes), DecodeError::BadFrameType, "{value}");
    }
    let missing = frame_with_info(&format!("10 00 10 0001 {METHOD}"), b"");
    assert_eq!(error(&missing), DecodeError::BadFrameType);
}

#[test]
fn s14_transform_ids_are_skipped() {
    let info = read_info(&format!("10 03 0102ff 10 0001 {IS_HEADER}")).unwrap();
    assert_eq!(info.ints, [(27, "2".into())]);
}

#[test]
fn s15_stream_ids_are_any_i32() {
    for (bytes, sid) in [("00000000", 0), ("ffffffff", -1), ("80000000", i32::MIN)] {
        assert_eq!(read_one(&e3_with(8, bytes)).unwrap().sid, sid);
    }
}

#[test]
fn s16_unknown_keys_are_kept_for_hooks_and_ignored() {
    let info = read_info(&format!(
        "10 00 01 0001 0003 707265 0001 31 10 0003 ffff 0001 78 {METHOD} {IS_HEADER}"
    ))
    .unwrap();
    assert_eq!(info.method, "Bidi");
    assert_eq!(info.ints[0], (0xffff, "x".into()));
    assert_eq!(info.strings.get("pre"), Some("1"));
}

#[test]
fn s19_a_length_beyond_the_maximum_is_fatal_before_anything_is_allocated() {
    let mut reader = FrameReader::new(100);
    let mut at_most = BytesMut::from(&hex("00000064 1000")[..]);
    assert_eq!(reader.next(&mut at_most), Ok(None));

    // LENGTH and MAGIC are enough to tell.
    let mut above = BytesMut::from(&hex("00000065 1000")[..]);
    assert_eq!(
        reader.next(&mut above),
        Err(DecodeError::TooLong {
            length: 101,
            max: 100
        })
    );
    assert_eq!(
        error(&hex("ffffffff 1000")),
        DecodeError::TooLong {
            length: u32::MAX,
            max: 0x3fff_ffff
        }
    );
    assert!(
        FrameReader::new(u32::MAX)
            .next(&mut BytesMut::from(&hex("40000000 1000")[..]))
            .is_err()
    );
}

#[test]
fn s19_room_is_made_for_what_has_arrived_not_for_what_is_announced() {
    let mut reader = FrameReader::default();
    let mut buf = BytesMut::from(&hex("3fffffff 1000 0002 00000001 0005")[..]);
    assert_eq!(reader.next(&mut buf), Ok(None));
    assert_eq!(reader.room(buf.len()), 64 * 1024);
    assert_eq!(reader.room(1 << 20), 1 << 20);
    assert_eq!(reader.room(0x3fff_ffff), 4);
}

#[test]
fn a_length_that_ends_inside_the_header_is_fatal() {
    assert_eq!(
        error(&e3_with(0, "0000001d")),
        DecodeError::TooShort { length: 29 }
    );
    assert_eq!(
        error(&hex("0000000d 1000")),
        DecodeError::TooShort { length: 13 }
    );
}

#[test]
fn s12_a_wrong_magic_is_seen_as_soon_as_it_has_arrived() {
    assert_eq!(error(&e3_with(4, "8001")), DecodeError::BadMagic(0x8001));
    let mut http = BytesMut::from(&b"\0\0\0\x1eGE"[..]);
    assert_eq!(
        FrameReader::default().next(&mut http),
        Err(DecodeError::BadMagic(0x4745))
    );
}

#[test]
fn s12_what_is_told_of_wrong_bytes_does_not_depend_on_how_they_were_cut() {
    let wrong = [
        ("ffffffff ffff", DecodeError::BadMagic(0xffff)),
        ("00000000 4745", DecodeError::BadMagic(0x4745)),
        ("0000000d 1000", DecodeError::TooShort { length: 13 }),
        (
            "ffffffff 1000",
            DecodeError::TooLong {
                length: u32::MAX,
                max: 0x3fff_ffff,
            },
        ),
    ];
    for (first, error) in wrong {
        let bytes = hex(&format!("{first} 0002 00000001 0005"));
        for step in 1..=bytes.len() {
            let (mut reader, mut buf) = (FrameReader::default(), BytesMut::new());
            let told = bytes.chunks(step).find_map(|piece| {
                buf.extend_from_slice(piece);
                reader.next(&mut buf).err()
            });
            assert_eq!(told.as_ref(), Some(&error), "{first} by {step}");
        }
    }
}

#[test]
fn s29_data_is_read_by_stream_id_whatever_its_method_and_pairs() {
    let infos = [
        "10 00 10 0001 001b 0001 33",
        "10 00 10 0002 0009 0000 001b 0001 33",
        "10 00 10 0002 0009 0005 4f74686572 001b 0001 33",
        "10 00 01 0001 0001 6b 0001 76 10 0001 001b 0001 33",
    ];
    for info in infos {
        let frame = read_one(&frame_with_info(info, b"message")).unwrap();
        assert_eq!(
            frame,
            Frame {
                sid: 1,
                body: FrameBody::Data,
                payload: "message".into()
            }
        );
    }
}

#[test]
fn data_behind_a_known_header_is_the_same_as_behind_a_new_one() {
    // Five shapes, more than are remembered, each of them twice in a row and then once more.
    let shapes: Vec<_> = (0..5)
        .map(|i| frame_with_info(&format!("10 00 10 0002 0009 0001 6{i} 001b 0001 33"), b"m"))
        .collect();
    let header = frame_with_info("10 00 10 0002 0009 0001 60 001b 0001 32", b"m");
    let mut bytes = BytesMut::new();
    for shape in shapes.iter().chain(&shapes) {
        bytes.extend_from_slice(shape);
        bytes.extend_from_slice(shape);
        bytes.extend_from_slice(&header);
    }
    let kinds: Vec<_> = frame_support::read_all(&bytes)
        .unwrap()
        .iter()
        .map(Frame::kind)
        .collect();
    let expected = [FrameKind::Data, FrameKind::Data, FrameKind::Header].repeat(10);
    assert_eq!(kinds, expected);
}

#[test]
fn large_payloads_are_slices_of_the_read_buffer_and_smaller_ones_are_copies() {
    let mut reader = FrameReader::default();
    for (len, is_slice) in [
        (1, false),
        (2048, false),
        (2049, false),
        (16_384, false),
        (16_385, true),
    ] {
        let payload = vec![b'x'; len];
        let frame = frame_with_info("10 00 10 0001 001b 0001 33", &payload);
        let mut buf = BytesMut::from(&frame[..]);
        let read = buf.as_ptr_range();
        let frame = reader.next(&mut buf).unwrap().unwrap();
        assert_eq!(frame.payload, payload);
        assert_eq!(
            read.contains(&frame.payload.as_ptr()),
            is_slice,
            "{len} bytes"
        );
    }
}

#[test]
fn data_that_looks_like_data_before_it_is_held_to_every_rule() {
    let e2 = hex(E2);
    let length = e2.len() as u32 - 4;
    let with =
        |at: usize, bytes: &str| [&e2[..at], &hex(bytes), &e2[at + bytes.len() / 2..]].concat();
    let wrong = [
        (
            with(0, "0000002f"),
            DecodeError::TooLong {
                length: length + 1,
                max: length,
            },
        ),
        (with(0, "0000001d"), DecodeError::TooShort { length: 29 }),
        (with(4, "1001"), DecodeError::BadMagic(0x1001)),
        (with(6, "0001"), DecodeError::NotStreaming { flags: 1 }),
        (with(12, "0000"), DecodeError::EmptyHeader),
    ];
    for (frame, error) in wrong {
        let mut reader = FrameReader::new(length);
        let mut buf = BytesMut::from(&[&e2[..], &e2, &frame].concat()[..]);
        for _ in 0..2 {
            assert_eq!(
                reader.next(&mut buf).unwrap().unwrap().kind(),
                FrameKind::Data
            );
        }
        assert_eq!(reader.next(&mut buf), Err(error));
    }

    let mut reader = FrameReader::new(length);
    reader.next(&mut BytesMut::from(&e2[..])).unwrap().unwrap();
    for len in 0..e2.len() {
        let mut buf = BytesMut::from(&e2[..len]);
        assert_eq!(reader.next(&mut buf), Ok(None), "{len} bytes");
        assert_eq!(buf, e2[..len]);
    }
    assert_eq!(reader.room(PRELUDE_LEN), e2.len() - PRELUDE_LEN);
}

#[test]
fn small_payloads_stay_intact_while_their_chunk_is_filled_and_reused() {
    let mut reader = FrameReader::default();
    let mut kept = std::collections::VecDeque::new();
    for i in 0..2000_u32 {
        let payload = vec![i as u8; i as usize % 2100];
        let frame = frame_with_info("10 00 10 0001 001b 0001 33", &payload);
        let mut buf = BytesMut::from(&frame[..]);
        kept.push_back((payload, reader.next(&mut buf).unwrap().unwrap().payload));
        // Keeps none, one or many messages alive, by turns.
        while kept.len() > (i / 100) as usize % 10 {
            let (expected, payload) = kept.pop_front().unwrap();
            assert_eq!(payload, expected);
        }
    }
}

#[test]
fn the_prelude_alone_tells_both_lengths() {
    let e1 = hex(E1);
    assert_eq!(Prelude::peek(&e1[..13], u32::MAX), Ok(None));
    let prelude = Prelude::peek(&e1[..14], u32::MAX).unwrap().unwrap();
    assert_eq!(
        (
            prelude.header_len(),
            prelude.payload_len,
            prelude.frame_len()
        ),
        (50, 0, 50)
    );
    assert_eq!((prelude.flags, prelude.seq_id), (2, 1));
}
