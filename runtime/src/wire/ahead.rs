//! Messages that streams hold for consumers which have not asked for them.
//!
//! A consumer takes many messages at a time from its stream, because one at a time is slow. If it then
//! stalls, the messages lie where the connection can neither copy nor drop them. So the streams of a
//! connection hold only so much in this way. Beyond it each consumer takes what it asks for, and
//! the rest stays where it counts as waiting.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What all streams of one connection may hold ahead of their consumers.
#[derive(Debug)]
pub(super) struct Ahead {
    most: usize,
    held: AtomicUsize,
}

/// What one stream holds ahead of its consumer, in bytes.
#[derive(Debug, Default)]
pub(super) struct TakenAhead(usize);

impl Ahead {
    /// The streams may hold `most` bytes.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            held: AtomicUsize::new(0),
        }
    }

    /// Adds `bytes` to what the stream holds, if there is room for all of them.
    #[inline]
    pub(super) fn reserve(&self, stream: &mut TakenAhead, bytes: usize) -> bool {
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        let fits = before + bytes <= self.most;
        match fits {
            true => stream.0 += bytes,
            false => _ = self.held.fetch_sub(bytes, Ordering::Relaxed),
        }
        fits
    }

    /// Whether the streams hold less than they may.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.held.load(Ordering::Relaxed) < self.most
    }

    /// Adds `bytes` to what the stream holds. They are known only now that it holds them, so they
    /// count even if there is no room for all of them.
    #[inline]
    pub(super) fn hold(&self, stream: &mut TakenAhead, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        stream.0 += bytes;
    }

    /// The stream's consumer has taken everything that its stream held ahead, or is gone.
    #[inline]
    pub(super) fn give_back(&self, stream: &mut TakenAhead) {
        if stream.0 > 0 {
            let bytes = std::mem::take(&mut stream.0);
            self.held.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_hold_no_more_together_than_the_connection_may() {
        let ahead = Ahead::new(100);
        let mut streams = [TakenAhead::default(), TakenAhead::default()];
        assert!(ahead.reserve(&mut streams[0], 60));
        assert!(!ahead.reserve(&mut streams[1], 41));
        assert!(
            ahead.reserve(&mut streams[1], 40),
            "a refusal holds nothing"
        );
        assert!(ahead.reserve(&mut streams[1], 0));
        assert!(!ahead.reserve(&mut streams[0], 1));

        ahead.give_back(&mut streams[0]);
        ahead.give_back(&mut streams[0]);
        assert!(ahead.reserve(&mut streams[0], 59));
        assert!(ahead.reserve(&mut streams[0], 1), "a stream can hold more");
        assert!(!ahead.reserve(&mut streams[1], 1));

        streams
            .iter_mut()
            .for_each(|stream| ahead.give_back(stream));
        assert_eq!(ahead.held.into_inner(), 0);
    }

    #[test]
    fn what_a_stream_holds_already_counts_even_above_the_bound() {
        let ahead = Ahead::new(100);
        let mut stream = TakenAhead::default();
        ahead.hold(&mut stream, 99);
        assert!(ahead.has_room());
        ahead.hold(&mut stream, 50);
        assert!(!ahead.has_room());
        ahead.give_back(&mut stream);
        assert_eq!(ahead.held.into_inner(), 0);
    }
}
