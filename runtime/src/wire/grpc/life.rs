//! Signs that a peer is alive.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a connection knows of its peer. Reading sets these flags; the keepalive clears them.
#[derive(Clone, Default)]
pub(super) struct Life(Arc<Signs>);

#[derive(Default)]
struct Signs {
    peer: Option<SocketAddr>,
    /// Whether bytes have arrived.
    heard: AtomicBool,
    /// Whether HEADERS or DATA have arrived.
    answered: AtomicBool,
    /// Whether a ping is unanswered for too long.
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

    /// Whether bytes have arrived since the last call of this function.
    pub(super) fn take_heard(&self) -> bool {
        self.0.heard.swap(false, Ordering::Relaxed)
    }

    /// Whether HEADERS or DATA have arrived since the last call of [`Life::forget_answers`].
    pub(super) fn was_answered(&self) -> bool {
        self.0.answered.load(Ordering::Relaxed)
    }

    pub(super) fn forget_answers(&self) {
        self.0.answered.store(false, Ordering::Relaxed);
    }

    pub(super) fn suspect(&self, suspected: bool) {
        self.0.suspected.store(suspected, Ordering::Relaxed);
    }

    /// Whether a ping is unanswered for too long, and no other bytes have arrived either.
    pub(super) fn is_suspected(&self) -> bool {
        self.0.suspected.load(Ordering::Relaxed) && !self.0.heard.load(Ordering::Relaxed)
    }
}
