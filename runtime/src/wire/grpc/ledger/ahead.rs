//! What the readers of a connection's streams have at hand behind the messages that they asked for.

use std::sync::Arc;

use super::{Account, Ledger};
use crate::wire::TakenAhead;

/// What one reader has at hand, which counts until this is dropped.
pub(in super::super) struct AheadCharge {
    ledger: Arc<Ledger>,
    taken: TakenAhead,
}

impl AheadCharge {
    pub(in super::super) fn new(ledger: &Arc<Ledger>) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            taken: TakenAhead::default(),
        }
    }

    /// The reader has used up what it had at hand.
    #[inline]
    pub(in super::super) fn give_back(&mut self) {
        self.ledger.ahead.give_back(&mut self.taken);
    }

    /// Whether the reader may take more than the message that it asks for.
    #[inline]
    pub(in super::super) fn has_room(&self) -> bool {
        self.ledger.ahead.has_room()
    }

    /// Counts so many bytes more, which the reader has taken.
    #[inline]
    pub(in super::super) fn hold(&mut self, bytes: usize) {
        self.ledger.ahead.hold(&mut self.taken, bytes);
    }
}

impl Account {
    /// A charge for the reader of this stream.
    pub(in super::super) fn ahead_charge(&self) -> AheadCharge {
        AheadCharge::new(&self.ledger)
    }
}

impl Drop for AheadCharge {
    fn drop(&mut self) {
        self.give_back();
    }
}
