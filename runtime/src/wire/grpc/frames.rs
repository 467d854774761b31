//! Finds the frames in the bytes of a peer, because h2 does not expose them (RFC 9113, 3.4 and 4.1;
//! A.1).

use std::io;

/// Length of the preface, which a client sends ahead of its first frame.
const PREFACE: usize = 24;
/// Length of a frame's head, which precedes the payload.
const HEAD: usize = 9;
/// Position of the frame's type in the head.
const TYPE: usize = 3;

/// The error text for a peer whose first frame is not SETTINGS.
pub(super) const NOT_HTTP2: &str = "the first frame of an HTTP/2 connection is not SETTINGS";

/// Types of frames.
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
pub(super) const CONTINUATION: u8 = 9;

/// A flag: this frame ends the header block.
const END_HEADERS: u8 = 4;
/// A flag: the payload of DATA begins with the length of its padding.
const PADDED: u8 = 8;

/// A frame whose head has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) stream: u32,
    /// Length of the payload in bytes, without the padding of DATA.
    pub(super) len: usize,
}

impl Frame {
    /// The frame that a head announces, and the head's flags.
    fn parse(head: [u8; HEAD]) -> (Self, u8) {
        let [a, b, c, kind, flags, stream @ ..] = head;
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        // The highest bit is reserved.
        let stream = u32::from_be_bytes(stream) & (u32::MAX >> 1);
        (Self { kind, stream, len }, flags)
    }

    fn is_padded(self, flags: u8) -> bool {
        self.kind == DATA && flags & PADDED != 0
    }

    /// Without the padding and its length. Padding that is longer than its frame is an error, which
    /// h2 reports.
    fn without(self, padding: u8) -> Self {
        let len = self.len.saturating_sub(1 + usize::from(padding));
        Self { len, ..self }
    }
}

/// Follows the bytes of a peer and finds where each frame begins.
pub(super) struct Frames {
    /// How many bytes to pass over: they belong to the preface or to a payload.
    skip: usize,
    head: [u8; HEAD],
    /// How many bytes of `head` have arrived.
    filled: usize,
    /// A DATA frame with padding; the next byte is the length of the padding.
    padded: Option<Frame>,
    /// Whether a header block has begun and not ended.
    in_block: bool,
    first_frame: FirstFrame,
    whole: u64,
    arrived: u64,
}

/// How much of the peer's first frame has arrived.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstFrame {
    /// The head of the first frame has not arrived as a whole.
    Awaited,
    /// The head has arrived, the payload has not.
    Begun,
    Over,
}

impl Frames {
    /// For the bytes of a client, which begin with the preface.
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
            whole: 0,
            arrived: 0,
        }
    }

    /// Reads the next bytes and calls `each` with every frame that begins in them.
    ///
    /// # Errors
    /// The first frame is not SETTINGS. h2 would accept such a frame; the caller must close the
    /// connection.
    pub(super) fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(Frame)) -> io::Result<()> {
        loop {
            while let Some((frame, len)) = self.take_whole(bytes) {
                each(frame);
                bytes = &bytes[len..];
            }
            if let Some(frame) = self.padded
                && let Some((padding, rest)) = bytes.split_first()
            {
                (self.padded, bytes, self.skip) = (None, rest, self.skip - 1);
                each(frame.without(*padding));
                self.count(1);
            }
            let here = self.skip.min(bytes.len());
            bytes = &bytes[here..];
            self.skip -= here;
            self.count(here);
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
            self.count(here);
        }
    }

    /// The frame that `bytes` begin with, and its length with its head, if that is all there and
    /// nothing else is under way: so it is with nearly every frame.
    #[inline]
    fn take_whole(&mut self, bytes: &[u8]) -> Option<(Frame, usize)> {
        if self.skip > 0 || self.filled > 0 || self.first_frame != FirstFrame::Over {
            return None;
        }
        let (head, rest) = bytes.split_first_chunk()?;
        let (mut frame, flags) = Frame::parse(*head);
        let payload = rest.get(..frame.len)?;
        self.note_block(frame.kind, flags);
        let len = HEAD + frame.len;
        if frame.is_padded(flags)
            && let Some(padding) = payload.first()
        {
            frame = frame.without(*padding);
        }
        self.count(len);
        Some((frame, len))
    }

    /// Counts bytes that have arrived. A frame or a block of headers ends with them if nothing is unfinished.
    #[inline]
    fn count(&mut self, bytes: usize) {
        self.arrived += bytes as u64;
        if self.arrived > 0 && !self.are_unfinished() {
            (self.whole, self.arrived) = (self.whole + 1, 0);
        }
    }

    /// Refuses a first frame of another type as soon as the type has arrived. A peer with another
    /// protocol, such as one that sends a TLS alert, may never send a whole head.
    fn check_first(&self) -> io::Result<()> {
        let wrong = self.filled > TYPE && self.head[TYPE] != SETTINGS;
        if self.first_frame == FirstFrame::Awaited && wrong {
            return Err(io::Error::new(io::ErrorKind::InvalidData, NOT_HTTP2));
        }
        Ok(())
    }

    /// Handles a complete head. Returns its frame, unless the length of padding has still to
    /// arrive.
    fn begin(&mut self) -> Option<Frame> {
        self.filled = 0;
        if self.first_frame == FirstFrame::Awaited {
            self.first_frame = FirstFrame::Begun;
        }
        let (frame, flags) = Frame::parse(self.head);
        self.note_block(frame.kind, flags);
        self.skip = frame.len;
        if frame.is_padded(flags) && frame.len > 0 {
            self.padded = Some(frame);
            return None;
        }
        Some(frame)
    }

    fn note_block(&mut self, kind: u8, flags: u8) {
        if matches!(kind, HEADERS | PUSH_PROMISE | CONTINUATION) {
            self.in_block = flags & END_HEADERS == 0;
        }
    }

    /// Whether the first frame has arrived as a whole.
    pub(super) fn have_begun(&self) -> bool {
        self.first_frame == FirstFrame::Over
    }

    /// How many frames and blocks of headers have arrived as a whole.
    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    /// How many bytes have arrived of what is unfinished.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Whether the peer has begun a frame or a block of headers and has not ended it.
    pub(super) fn are_unfinished(&self) -> bool {
        self.skip > 0 || self.filled > 0 || self.in_block
    }
}

#[cfg(test)]
mod tests;
