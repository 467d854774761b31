//! The worked examples of the specification (ttheader-streaming.md 1.7) and small tools around
//! their bytes.
#![allow(dead_code)] // every test file uses its own part

use bytes::BytesMut;
use streamgen_runtime::unstable::ttheader::frame::{DecodeError, Frame, FrameReader};

/// Client HEADER, sid 1, method `Bidi`, service `EchoSvc`.
pub(crate) const E1: &str =
    "0000002e 1000 0002 00000001 0009 10 00 01 0001 0003 69736e 0007 4563686f537663
    10 0002 0009 0004 42696469 001b 0001 32 00";
/// DATA, struct {1: i32 = 1, 2: string = "x"}.
pub(crate) const E2: &str =
    "0000002e 1000 0002 00000001 0005 10 00 10 0002 0009 0004 42696469 001b 0001 33 0000
    08 0001 00000001 0b 0002 00000001 78 00";
/// Empty TRAILER.
pub(crate) const E3: &str =
    "0000001e 1000 0002 00000001 0005 10 00 10 0002 0009 0004 42696469 001b 0001 34 0000";
/// Server TRAILER with exception type 6, text `biz error: test error`.
pub(crate) const E4: &str =
    "00000052 1000 0002 00000001 0005 10 00 10 0002 0009 0004 42696469 001b 0001 34 0000
    80010003 00000004 42696469 00000001 0b 0001 00000015 62697a206572726f723a2074657374206572726f72
    08 0002 00000006 00";
/// Client RST, cancel path `A,B`, type 12012.
pub(crate) const E5: &str =
    "00000073 1000 0002 00000001 0009 10 00 01 0001 0005 7474736370 0003 412c42
    10 0002 0009 0004 42696469 001b 0001 35 000000
    80010003 00000004 42696469 00000001
    0b 0001 00000026 63616e63656c656420627920627573696e6573732068616e646c65722072657475726e696e67
    08 0002 00002eec 00";
/// Server TRAILER with business status 404, `not found`.
pub(crate) const E6: &str =
    "0000004a 1000 0002 00000001 0010 10 00 01 0002 000a 62697a2d737461747573 0003 343034
    000b 62697a2d6d657373616765 0009 6e6f7420666f756e64 10 0002 0009 0004 42696469 001b 0001 34 0000";

/// The bytes that `text` spells in hexadecimal; white space is ignored.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| (b as char).to_digit(16).expect("a hex digit") as u8)
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// A streaming frame with `info` as its header info (padded here), sid 1.
pub(crate) fn frame_with_info(info: &str, payload: &[u8]) -> Vec<u8> {
    let mut info = hex(info);
    info.resize(info.len().next_multiple_of(4), 0);
    let length = (10 + info.len() + payload.len()) as u32;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend(hex("1000 0002 00000001"));
    frame.extend((info.len() as u16 / 4).to_be_bytes());
    frame.extend(info);
    frame.extend(payload);
    frame
}

/// All frames in `bytes`, which must end with a whole one.
pub(crate) fn read_all(bytes: &[u8]) -> Result<Vec<Frame>, DecodeError> {
    let (mut reader, mut buf) = (FrameReader::default(), BytesMut::from(bytes));
    let mut frames = Vec::new();
    while let Some(frame) = reader.next(&mut buf)? {
        frames.push(frame);
    }
    assert!(buf.is_empty(), "{} bytes left over", buf.len());
    Ok(frames)
}

/// The one frame in `bytes`.
pub(crate) fn read_one(bytes: &[u8]) -> Result<Frame, DecodeError> {
    let mut frames = read_all(bytes)?;
    assert_eq!(frames.len(), 1);
    Ok(frames.remove(0))
}
