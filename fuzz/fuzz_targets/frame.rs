//! A connection's bytes through the frame reader.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::Metadata;
use streamgen_runtime::unstable::ttheader::frame::{
    DecodeError, Frame, FrameBody, FrameReader, IntPairs, decode_exception, write_frame,
};

/// The frames of `bytes`, arriving `step` bytes at a time, and how reading ended.
fn read(bytes: &[u8], step: usize) -> (Vec<Frame>, Option<DecodeError>) {
    let (mut reader, mut buf) = (FrameReader::default(), BytesMut::new());
    let mut frames = Vec::new();
    for piece in bytes.chunks(step) {
        buf.extend_from_slice(piece);
        loop {
            match reader.next(&mut buf) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
        let room = reader.room(buf.len());
        assert!(0 < room && room <= buf.len().max(64 * 1024));
    }
    (frames, None)
}

/// Writes `frame` and reads it back. Only a header that grew by replacement characters does not fit.
fn round_trip(frame: &Frame) -> Option<Frame> {
    let none = (IntPairs::new(), Metadata::new());
    let (method, ints, strings) = match &frame.body {
        FrameBody::Data => ("", &none.0, &none.1),
        FrameBody::Meta(info)
        | FrameBody::Header(info)
        | FrameBody::Trailer(info)
        | FrameBody::Rst(info) => (info.method.as_str(), &info.ints, &info.strings),
    };
    let (kind, mut out) = (frame.kind(), BytesMut::new());
    write_frame(
        kind,
        frame.sid,
        method,
        ints,
        strings,
        &frame.payload,
        &mut out,
    )
    .ok()?;
    let (mut frames, error) = read(&out, out.len());
    assert_eq!((frames.len(), error), (1, None));
    frames.pop()
}

fn without_int_order(mut frame: Frame) -> Frame {
    match &mut frame.body {
        FrameBody::Data => {}
        FrameBody::Meta(info)
        | FrameBody::Header(info)
        | FrameBody::Trailer(info)
        | FrameBody::Rst(info) => {
            // The writer always writes key 9.
            if info.ints.iter().all(|(key, _)| *key != 9) {
                info.ints.push((9, info.method.clone()));
            }
            info.ints.sort();
            let mut strings: Vec<_> = std::mem::take(&mut info.strings).into_iter().collect();
            strings.sort();
            info.strings = strings.into_iter().collect();
        }
    }
    frame
}

// The first byte says how many bytes arrive at a time.
fuzz_target!(|input: &[u8]| {
    let Some((&step, bytes)) = input.split_first() else {
        return;
    };
    let step = usize::from(step) + 1;
    let whole = read(bytes, bytes.len().max(1));
    assert_eq!(read(bytes, step), whole);
    for frame in whole.0 {
        let _ = decode_exception(&frame.payload);
        if let Some(again) = round_trip(&frame) {
            assert_eq!(without_int_order(again), without_int_order(frame));
        }
    }
});
