//! The bytes of a TTHeader Streaming frame (`ttheader-streaming.md` 1), as far as the floor
//! needs them: it writes integer keys in one order and reads only what it writes.

use anyhow::Context;

/// LENGTH, magic, flags, stream id and header words: the part before the header info.
const PREFIX: usize = 14;
/// Magic `0x1000`, flags `0x0002` (streaming).
const MAGIC_AND_FLAGS: [u8; 4] = [0x10, 0x00, 0x00, 0x02];
/// Largest frame that is read.
const MAX_FRAME: usize = 16 << 20;

/// The methods of `bench.thrift`'s `Stream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Echo,
    ServerStream,
}

/// Key 27 of the header info.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Header,
    Data,
}

/// Header info of each method and kind: protocol id `0x10`, no transforms, then keys 9 and 27.
const INFOS: [(Method, Kind, &[u8]); 4] = [
    (
        Method::Echo,
        Kind::Data,
        b"\x10\0\x10\0\x02\0\x09\0\x04Echo\0\x1b\0\x013\0\0",
    ),
    (
        Method::ServerStream,
        Kind::Data,
        b"\x10\0\x10\0\x02\0\x09\0\x0cServerStream\0\x1b\0\x013\0\0",
    ),
    (
        Method::Echo,
        Kind::Header,
        b"\x10\0\x10\0\x02\0\x09\0\x04Echo\0\x1b\0\x012\0\0",
    ),
    (
        Method::ServerStream,
        Kind::Header,
        b"\x10\0\x10\0\x02\0\x09\0\x0cServerStream\0\x1b\0\x012\0\0",
    ),
];

fn info(method: Method, kind: Kind) -> &'static [u8] {
    match (method, kind) {
        (Method::Echo, Kind::Data) => INFOS[0].2,
        (Method::ServerStream, Kind::Data) => INFOS[1].2,
        (Method::Echo, Kind::Header) => INFOS[2].2,
        (Method::ServerStream, Kind::Header) => INFOS[3].2,
    }
}

/// Appends a frame to `out`.
pub(super) fn write(out: &mut Vec<u8>, method: Method, kind: Kind, id: u32, payload: &[u8]) {
    let info = info(method, kind);
    let length = PREFIX - 4 + info.len() + payload.len();
    let mut prefix = [0; PREFIX];
    prefix[..4].copy_from_slice(&(length as u32).to_be_bytes());
    prefix[4..8].copy_from_slice(&MAGIC_AND_FLAGS);
    prefix[8..12].copy_from_slice(&id.to_be_bytes());
    prefix[12..].copy_from_slice(&((info.len() / 4) as u16).to_be_bytes());
    out.reserve(4 + length);
    out.extend_from_slice(&prefix);
    out.extend_from_slice(info);
    out.extend_from_slice(payload);
}

/// A complete frame at the start of a buffer.
pub(super) struct Frame<'a> {
    pub(super) method: Method,
    pub(super) kind: Kind,
    pub(super) id: u32,
    pub(super) payload: &'a [u8],
    /// Bytes of the whole frame.
    pub(super) len: usize,
}

/// The frame that `buffer` begins with, or `None` if it is not complete yet.
pub(super) fn read(buffer: &[u8]) -> anyhow::Result<Option<Frame<'_>>> {
    let Some(prefix) = buffer.first_chunk::<PREFIX>() else {
        return Ok(None);
    };
    let [l0, l1, l2, l3, magic @ .., s0, s1, s2, s3, w0, w1] = *prefix;
    anyhow::ensure!(magic == MAGIC_AND_FLAGS, "not a TTHeader Streaming frame");
    let len = 4 + u32::from_be_bytes([l0, l1, l2, l3]) as usize;
    let payload_at = PREFIX + 4 * usize::from(u16::from_be_bytes([w0, w1]));
    anyhow::ensure!(payload_at <= len && len <= MAX_FRAME, "bad frame length");
    let Some(frame) = buffer.get(..len) else {
        return Ok(None);
    };
    let (head, payload) = frame.split_at(payload_at);
    let (method, kind, _) = INFOS
        .iter()
        .find(|(_, _, info)| *info == &head[PREFIX..])
        .context("not a frame of this benchmark")?;
    let id = u32::from_be_bytes([s0, s1, s2, s3]);
    Ok(Some(Frame {
        method: *method,
        kind: *kind,
        id,
        payload,
        len,
    }))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Method, read, write};

    /// `docs/spec/ttheader-streaming.md` 1.7 E2, with method `Echo`.
    const DATA_1_X: &[u8] = b"\0\0\0\x1f\x10\0\0\x02\0\0\0\x01\0\x05\
        \x10\0\x10\0\x02\0\x09\0\x04Echo\0\x1b\0\x013\0\0x";

    #[test]
    fn a_data_frame_has_the_bytes_of_the_specification() {
        let mut out = Vec::new();
        write(&mut out, Method::Echo, Kind::Data, 1, b"x");
        assert_eq!(out, DATA_1_X);
        let frame = read(&out).unwrap().unwrap();
        assert_eq!(
            (frame.method, frame.kind, frame.id),
            (Method::Echo, Kind::Data, 1)
        );
        assert_eq!((frame.payload, frame.len), (&b"x"[..], out.len()));
    }

    #[test]
    fn what_is_written_is_read() {
        for method in [Method::Echo, Method::ServerStream] {
            for kind in [Kind::Header, Kind::Data] {
                let mut out = Vec::new();
                write(&mut out, method, kind, 7, b"");
                let frame = read(&out).unwrap().unwrap();
                assert_eq!((frame.method, frame.kind), (method, kind));
            }
        }
    }

    #[test]
    fn a_part_of_a_frame_is_waited_for_and_other_bytes_are_refused() {
        for end in 0..DATA_1_X.len() {
            assert!(read(&DATA_1_X[..end]).unwrap().is_none());
        }
        assert!(read(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").is_err());
    }
}
