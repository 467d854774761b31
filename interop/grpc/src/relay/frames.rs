//! HTTP/2 as far as it tells where gRPC messages begin.

use std::collections::HashMap;

/// Length of what a client says before its first frame, in bytes (RFC 9113, 3.4).
pub(super) const PREFACE: usize = 24;
/// Length of the head of a frame, in bytes (RFC 9113, 4.1).
const HEAD: usize = 9;
/// Length of flag and length in front of a message, in bytes.
const PREFIX: usize = 5;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const END_STREAM: u8 = 0x1;
const PADDED: u8 = 0x8;

/// What happens on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Headers, of a request, a response or its trailers.
    Headers(u32),
    /// The prefix of a message.
    Message { stream: u32, compressed: bool },
}

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes in front of the first frame that are still to come.
    preface: usize,
    /// The beginning of a frame that is not whole yet: a length of three bytes bounds it.
    rest: Vec<u8>,
    /// How far each open stream has come.
    streams: HashMap<u32, Message>,
}

/// Where a stream is between two messages.
#[derive(Debug, Default)]
struct Message {
    prefix: Vec<u8>,
    /// Bytes of the payload that are still to come.
    payload: usize,
}

impl Frames {
    pub(super) fn new(preface: usize) -> Self {
        Self {
            preface,
            rest: Vec::new(),
            streams: HashMap::new(),
        }
    }

    /// Takes the bytes that come next, and tells of each event in them.
    pub(super) fn read(&mut self, bytes: &[u8], mut tell: impl FnMut(Event)) {
        let skipped = self.preface.min(bytes.len());
        self.preface -= skipped;
        self.rest.extend_from_slice(&bytes[skipped..]);
        let all = std::mem::take(&mut self.rest);
        let mut rest = all.as_slice();
        while let Some((head, behind)) = rest.split_first_chunk::<HEAD>() {
            let [a, b, c, kind, flags, stream @ ..] = *head;
            let len = u32::from_be_bytes([0, a, b, c]) as usize;
            let Some((payload, behind)) = behind.split_at_checked(len) else {
                break;
            };
            let stream = u32::from_be_bytes(stream) & 0x7fff_ffff;
            self.frame(kind, flags, stream, payload, &mut tell);
            rest = behind;
        }
        self.rest = rest.to_vec();
    }

    fn frame(
        &mut self,
        kind: u8,
        flags: u8,
        stream: u32,
        payload: &[u8],
        tell: &mut impl FnMut(Event),
    ) {
        match kind {
            HEADERS => tell(Event::Headers(stream)),
            DATA => {
                let message = self.streams.entry(stream).or_default();
                message.read(unpadded(flags, payload), |compressed| {
                    tell(Event::Message { stream, compressed });
                });
            }
            _ => {}
        }
        let ends = matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0;
        if ends || kind == RST_STREAM {
            self.streams.remove(&stream);
        }
    }
}

/// DATA without its padding; padding that cannot be is nobody's message.
fn unpadded(flags: u8, payload: &[u8]) -> &[u8] {
    if flags & PADDED == 0 {
        return payload;
    }
    let split = payload.split_first();
    split
        .and_then(|(len, data)| data.get(..data.len().checked_sub(usize::from(*len))?))
        .unwrap_or_default()
}

impl Message {
    fn read(&mut self, mut bytes: &[u8], mut tell: impl FnMut(bool)) {
        while !bytes.is_empty() {
            let here = self.payload.min(bytes.len());
            self.payload -= here;
            bytes = &bytes[here..];
            let here = (PREFIX - self.prefix.len()).min(bytes.len());
            self.prefix.extend_from_slice(&bytes[..here]);
            bytes = &bytes[here..];
            if let &[flag, a, b, c, d] = self.prefix.as_slice() {
                tell(flag & 1 != 0);
                self.payload = u32::from_be_bytes([a, b, c, d]) as usize;
                self.prefix.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let head = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream];
        [&head, payload].concat()
    }

    /// Two streams: a compressed message in two frames of the first one, with one of the second
    /// one in between, and an empty message behind it that shares a frame with its end.
    fn two_streams() -> Vec<u8> {
        [
            vec![b'p'; PREFACE],
            frame(HEADERS, 0, 1, b"hpack"),
            frame(DATA, 0, 1, &[1, 0, 0]),
            frame(HEADERS, 0, 3, b"hpack"),
            frame(
                DATA,
                PADDED | END_STREAM,
                3,
                &[2, 0, 0, 0, 0, 1, b'x', 0, 0],
            ),
            frame(
                DATA,
                END_STREAM,
                1,
                &[0, 3, b'a', b'b', b'c', 0, 0, 0, 0, 0],
            ),
        ]
        .concat()
    }

    fn message(stream: u32, compressed: bool) -> Event {
        Event::Message { stream, compressed }
    }

    #[test]
    fn messages_are_found_however_the_bytes_are_cut() {
        let bytes = two_streams();
        for size in 1..=bytes.len() {
            let (mut frames, mut events) = (Frames::new(PREFACE), Vec::new());
            for piece in bytes.chunks(size) {
                frames.read(piece, |event| events.push(event));
            }
            let expected = [
                Event::Headers(1),
                Event::Headers(3),
                message(3, false),
                message(1, true),
                message(1, false),
            ];
            assert_eq!(events, expected, "in pieces of {size} bytes");
            assert!(frames.streams.is_empty());
        }
    }

    #[test]
    fn what_is_no_http2_is_passed_over() {
        let (mut frames, mut events) = (Frames::new(0), Vec::new());
        frames.read(&frame(DATA, PADDED, 1, &[9, 1]), |event| events.push(event));
        frames.read(&frame(DATA, PADDED, 1, &[]), |event| events.push(event));
        frames.read(&[0xff; 64], |event| events.push(event));
        assert_eq!(events, []);
    }
}
