//! Frames are found however their bytes arrive.

use super::*;

const PRI: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FIRST: &[u8] = &[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0];

/// Reads `bytes` in pieces of `step` bytes, and returns the frames found in them.
fn read(frames: &mut Frames, bytes: &[u8], step: usize) -> io::Result<Vec<Frame>> {
    let mut all = Vec::new();
    for part in bytes.chunks(step) {
        frames.read(part, |frame| all.push(frame))?;
    }
    Ok(all)
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let head = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream];
    [&head[..], payload].concat()
}

#[test]
fn g02_the_type_of_the_first_frame_counts_however_it_arrives() {
    for (kind, fine) in [(SETTINGS, true), (6, false)] {
        let bytes = [PRI, &frame(kind, 0, 0, &[]), FIRST].concat();
        for step in 1..=bytes.len() {
            let read_of_client = read(&mut Frames::of_client(), &bytes, step);
            assert_eq!(
                read_of_client.is_ok(),
                fine,
                "{kind}, {step} bytes at a time"
            );
            let read_of_server = read(&mut Frames::of_server(), &bytes[PREFACE..], step);
            assert_eq!(read_of_server.is_ok(), fine, "{kind}");
        }
    }
}

#[test]
fn frames_are_found_however_they_arrive_and_padding_does_not_count() {
    let bytes = [
        FIRST,
        &frame(DATA, 0, 1, &[7; 20]),
        &frame(DATA, PADDED, 3, &[5; 20]),
        &frame(DATA, PADDED, 3, &[250; 2]),
        &frame(DATA, 0, 1, &[]),
        &frame(HEADERS, END_HEADERS, 5, &[1]),
    ]
    .concat();
    let found = [
        (SETTINGS, 0, 0),
        (DATA, 1, 20),
        (DATA, 3, 14),
        (DATA, 3, 0),
        (DATA, 1, 0),
        (HEADERS, 5, 1),
    ];
    let found = found.map(|(kind, stream, len)| Frame { kind, stream, len });
    for step in 1..=bytes.len() {
        let mut frames = Frames::of_server();
        assert_eq!(read(&mut frames, &bytes, step).unwrap(), found, "{step}");
        assert!(frames.have_begun() && !frames.are_unfinished());
    }
}

#[test]
fn whatever_is_begun_is_unfinished_until_its_last_byte() {
    let settings = frame(SETTINGS, 0, 0, &[0; 6]);
    let whole: [&[&[u8]]; 4] = [
        &[&settings],
        &[&settings, &frame(DATA, 0, 1, &[7; 20])],
        &[&settings, &frame(DATA, PADDED, 1, &[7; 20])],
        &[
            &settings,
            &frame(HEADERS, 0, 1, &[7; 20]),
            &frame(CONTINUATION, END_HEADERS, 1, &[]),
        ],
    ];
    for parts in whole {
        let bytes = parts.concat();
        let last = bytes.len() - 1;
        let begun = bytes.len() - parts[1..].concat().len();
        let mut frames = Frames::of_server();
        for (at, byte) in bytes.iter().enumerate() {
            frames.read(&[*byte], |_| {}).unwrap();
            assert_eq!(frames.have_begun(), at + 1 >= begun, "{at} of {bytes:?}");
            let between = at == last || at + 1 == begun;
            assert_eq!(frames.are_unfinished(), !between, "{at} of {bytes:?}");
            // The first frame counts with the beginning.
            let from = if at + 1 > begun { begun } else { 0 };
            let arrived = if between { 0 } else { at + 1 - from };
            assert_eq!(frames.arrived(), arrived as u64, "{at} of {bytes:?}");
        }
    }
}
