//! Signs of life of a peer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of the peer of one connection. Reads set it, the keepalive takes it back.
#[derive(Clone, Default)]
pub(super) struct Life(Arc<Signs>);

#[derive(Default)]
struct Signs {
    peer: Option<SocketAddr>,
    /// Bytes came.
    heard: AtomicBool,
    /// HEADERS or DATA came.
    answered: AtomicBool,
    /// A ping is not answered.
    suspected: AtomicBool,
}

impl Life {
    pub(super) fn of(peer: Option<SocketAddr>) -> Self {
        Self(Arc::new(Signs {
            peer,
            ..Signs::default()
        }))
    }

    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.0.peer
    }

    pub(super) fn note_bytes(&self) {
        self.0.heard.store(true, Ordering::Relaxed);
    }

    pub(super) fn note_answer(&self) {
        self.0.answered.store(true, Ordering::Relaxed);
    }

    /// Whether the peer was heard of since the last time this was asked.
    pub(super) fn take_heard(&self) -> bool {
        self.0.heard.swap(false, Ordering::Relaxed)
    }

    /// Whether HEADERS or DATA came since [`Life::forget_answers`].
    pub(super) fn was_answered(&self) -> bool {
        self.0.answered.load(Ordering::Relaxed)
    }

    pub(super) fn forget_answers(&self) {
        self.0.answered.store(false, Ordering::Relaxed);
    }

    pub(super) fn suspect(&self, suspected: bool) {
        self.0.suspected.store(suspected, Ordering::Relaxed);
    }

    /// Whether a ping is not answered, and nothing else has come either.
    pub(super) fn is_suspected(&self) -> bool {
        self.0.suspected.load(Ordering::Relaxed) && !self.0.heard.load(Ordering::Relaxed)
    }
}
