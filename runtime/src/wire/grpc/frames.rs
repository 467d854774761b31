//! Where the frames of a peer begin and end, which h2 does not tell (RFC 9113, 3.4 and 4.1; A.1).

use std::io;

/// Length of what a client sends in front of its first frame.
const PREFACE: usize = 24;
/// Length of what stands in front of a frame's payload.
const HEAD: usize = 9;
/// Where in it the frame's type stands.
const TYPE: usize = 3;

/// What a peer's bytes are that begin with another frame than SETTINGS.
pub(super) const NOT_HTTP2: &str = "the first frame of an HTTP/2 connection is not SETTINGS";

/// Types of frames.
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const CONTINUATION: u8 = 9;

/// The header block ends with this frame.
const END_HEADERS: u8 = 4;
/// DATA begins with the length of its padding.
const PADDED: u8 = 8;

/// A frame whose head has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) stream: u32,
    /// Bytes of its payload; of DATA, without padding.
    pub(super) len: usize,
}

/// Follows the bytes of a peer from frame to frame.
pub(super) struct Frames {
    /// Bytes that are nothing but passed: of the preface, or of a payload.
    skip: usize,
    head: [u8; HEAD],
    /// How many bytes of `head` are there.
    filled: usize,
    /// DATA whose padding the next byte tells.
    padded: Option<Frame>,
    /// Behind HEADERS whose block goes on.
    in_block: bool,
    first_frame: FirstFrame,
}

/// How far the peer's beginning has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstFrame {
    /// No frame so far.
    Awaited,
    /// Inside the first frame.
    Begun,
    Over,
}

impl Frames {
    /// What a client sends, preface included.
    pub(super) fn of_client() -> Self {
        Self::behind(PREFACE)
    }

    pub(super) fn of_server() -> Self {
        Self::behind(0)
    }

    fn behind(skip: usize) -> Self {
        Self {
            skip,
            head: [0; HEAD],
            filled: 0,
            padded: None,
            in_block: false,
            first_frame: FirstFrame::Awaited,
        }
    }

    /// Looks at the bytes that came next, and tells `each` of the frames that begin in them.
    ///
    /// # Errors
    /// The first frame is not SETTINGS, which h2 would take; the connection is to be closed.
    pub(super) fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(Frame)) -> io::Result<()> {
        loop {
            if let Some(mut frame) = self.padded
                && let Some((padding, rest)) = bytes.split_first()
            {
                (self.padded, bytes, self.skip) = (None, rest, self.skip - 1);
                // Of padding that is longer than its frame h2 makes an error.
                frame.len = frame.len.saturating_sub(1 + usize::from(*padding));
                each(frame);
            }
            let here = self.skip.min(bytes.len());
            bytes = &bytes[here..];
            self.skip -= here;
            if self.skip == 0 && self.first_frame == FirstFrame::Begun {
                self.first_frame = FirstFrame::Over;
            }
            if bytes.is_empty() {
                return Ok(());
            }
            let here = (HEAD - self.filled).min(bytes.len());
            self.head[self.filled..][..here].copy_from_slice(&bytes[..here]);
            self.filled += here;
            bytes = &bytes[here..];
            self.check_first()?;
            if self.filled == HEAD
                && let Some(frame) = self.begin()
            {
                each(frame);
            }
        }
    }

    /// Refuses a first frame of another type as soon as that is there: what speaks another protocol, as
    /// a TLS alert does, may never send a whole head.
    fn check_first(&self) -> io::Result<()> {
        let wrong = self.filled > TYPE && self.head[TYPE] != SETTINGS;
        if self.first_frame == FirstFrame::Awaited && wrong {
            return Err(io::Error::new(io::ErrorKind::InvalidData, NOT_HTTP2));
        }
        Ok(())
    }

    /// A head is there. Gives its frame, if that is known already.
    fn begin(&mut self) -> Option<Frame> {
        self.filled = 0;
        let [a, b, c, kind, flags, stream @ ..] = self.head;
        if self.first_frame == FirstFrame::Awaited {
            self.first_frame = FirstFrame::Begun;
        }
        if matches!(kind, HEADERS | PUSH_PROMISE | CONTINUATION) {
            self.in_block = flags & END_HEADERS == 0;
        }
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        self.skip = len;
        // The highest bit is reserved.
        let stream = u32::from_be_bytes(stream) & (u32::MAX >> 1);
        let frame = Frame { kind, stream, len };
        if kind == DATA && flags & PADDED != 0 && len > 0 {
            self.padded = Some(frame);
            return None;
        }
        Some(frame)
    }

    /// Whether the first frame has arrived as a whole.
    pub(super) fn have_begun(&self) -> bool {
        self.first_frame == FirstFrame::Over
    }

    /// Whether the peer has begun something, a frame or a block of headers, and not ended it.
    pub(super) fn are_unfinished(&self) -> bool {
        self.skip > 0 || self.filled > 0 || self.in_block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRI: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const FIRST: &[u8] = &[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0];

    /// The frames of these bytes, read so many at a time.
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
            }
        }
    }
}
