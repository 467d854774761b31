//! Frames in pieces, frames in heaps, and bytes that are no frames (checklist 13).

use crate::frame_support;

use bytes::BytesMut;
use frame_support::{E1, E2, E3, E4, E5, E6, hex, read_all};
use proptest::collection::vec;
use proptest::prelude::*;
use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::{
    DecodeError, Frame, FrameKind, FrameReader, Header, Prelude, decode_exception, write_frame,
};

const EXAMPLES: [&str; 6] = [E1, E2, E3, E4, E5, E6];

/// Feeds `pieces` one after the other and collects the frames.
fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Frame>, DecodeError> {
    let (mut reader, mut buf) = (FrameReader::default(), BytesMut::new());
    let mut frames = Vec::new();
    for piece in pieces {
        buf.extend_from_slice(piece);
        while let Some(frame) = reader.next(&mut buf)? {
            frames.push(frame);
        }
        assert!(reader.room(buf.len()) > 0, "no room to read the rest into");
    }
    Ok(frames)
}

#[test]
fn s13_a_frame_is_split_at_every_byte() {
    let examples = EXAMPLES.map(hex).concat();
    let whole = read_all(&examples).unwrap();
    assert_eq!(whole.len(), 6);
    for at in 0..=examples.len() {
        let (first, second) = examples.split_at(at);
        assert_eq!(feed([first, second]).unwrap(), whole, "split at {at}");
    }
    assert_eq!(feed(examples.chunks(1)).unwrap(), whole);
}

#[test]
fn s13_no_frame_is_given_before_its_last_byte() {
    for example in EXAMPLES.map(hex) {
        assert_eq!(feed([&example[..example.len() - 1]]).unwrap(), []);
    }
}

fn any_kind() -> impl Strategy<Value = FrameKind> {
    use FrameKind::{Data, Header, Meta, Rst, Trailer};
    prop_oneof![
        Just(Meta),
        Just(Header),
        Just(Data),
        Just(Trailer),
        Just(Rst)
    ]
}

prop_compose! {
    fn any_frame()(
        kind in any_kind(),
        sid: i32,
        method in "[a-zA-Z]{0,40}",
        strings in vec((".{0,20}", ".{0,200}"), 0..30),
        payload in vec(any::<u8>(), 0..5000),
    ) -> Vec<u8> {
        let strings: Metadata = strings.into_iter().collect();
        let mut out = BytesMut::new();
        write_frame(kind, sid, &method, &Vec::new(), &strings, &payload, &mut out).unwrap();
        out.to_vec()
    }
}

prop_compose! {
    fn any_header()(
        flags: u16,
        seq_id: i32,
        protocol_id in prop_oneof![Just(0u8), Just(3), Just(4), Just(0x10), Just(0x11)],
        ints in proptest::collection::btree_map(any::<u16>(), ".{0,50}", 0..40),
        mut strings in proptest::collection::btree_map(".{0,40}", ".{0,50}", 0..40),
        token in proptest::option::of(".{0,50}"),
    ) -> Header {
        strings.extend(token.map(|token| ("RPC_TRANSIT_gdpr-token".to_owned(), token)));
        let ints = ints.into_iter().map(|(key, value)| (key, value.into())).collect();
        Header { flags, seq_id, protocol_id, ints, strings: strings.into_iter().collect() }
    }
}

fn sorted(header: &Header) -> Vec<String> {
    let mut pairs: Vec<_> = header
        .strings
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    pairs.sort();
    pairs
}

proptest! {
    #[test]
    fn s13_frames_cut_anywhere_read_the_same(
        frames in vec(any_frame(), 1..8),
        cuts in vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let bytes = frames.concat();
        let whole = feed([&bytes[..]]).unwrap();
        prop_assert_eq!(whole.len(), frames.len());

        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]);
        prop_assert_eq!(feed(pieces).unwrap(), whole);
    }

    #[test]
    fn a_header_reads_back_as_it_was_written(header in any_header(), payload_len in 0usize..1000) {
        let mut out = BytesMut::new();
        header.encode(payload_len, &mut out).unwrap();
        let prelude = Prelude::peek(&out, u32::MAX).unwrap().unwrap();
        prop_assert_eq!(prelude.header_len(), out.len());
        prop_assert_eq!(prelude.payload_len, payload_len);

        let read = Header::decode(&prelude, &out[14..]).unwrap();
        prop_assert_eq!(sorted(&read), sorted(&header));
        prop_assert_eq!(&read.ints, &header.ints);
        prop_assert_eq!((read.flags, read.seq_id, read.protocol_id),
            (header.flags, header.seq_id, header.protocol_id));
    }

    #[test]
    fn no_bytes_make_the_reader_panic_or_invent_bytes(bytes in vec(any::<u8>(), 0..300)) {
        for frame in feed([&bytes[..]]).unwrap_or_default() {
            prop_assert!(frame.payload.len() <= bytes.len() - 18);
        }
    }

    #[test]
    fn no_damage_to_a_frame_makes_the_reader_panic_or_invent_bytes(
        frame in any_frame(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = frame;
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for frame in feed([&bytes[..]]).unwrap_or_default() {
            prop_assert!(frame.payload.len() <= bytes.len() - 18);
        }
    }

    #[test]
    fn no_payload_makes_the_exception_decoder_panic_or_invent_text(
        start in prop_oneof![Just(&b""[..]), Just(&b"\x80\x01\0\x03\0\0\0\0\0\0\0\x01"[..])],
        rest in vec(any::<u8>(), 0..200),
    ) {
        if let Ok(exception) = decode_exception(&[start, &rest].concat().into()) {
            // Each byte that is no UTF-8 is one character of three.
            prop_assert!(exception.message.len() <= 3 * rest.len());
        }
    }
}
