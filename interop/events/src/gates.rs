//! Gates, by which client and handler wait for each other, so that no order of events is left to chance.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The gates of all conversations. Each is opened once.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    open: Mutex<HashSet<(String, String)>>,
    opened: Notify,
}

impl Gates {
    pub(crate) fn open(&self, talk: &str, gate: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert((talk.to_owned(), gate.to_owned()));
        drop(open);
        self.opened.notify_waiters();
    }

    /// Returns when the gate is open.
    pub(crate) async fn wait(&self, talk: &str, gate: &str) {
        let key = (talk.to_owned(), gate.to_owned());
        loop {
            let opened = self.opened.notified();
            let mut opened = std::pin::pin!(opened);
            opened.as_mut().enable();
            if self.is_open(&key) {
                return;
            }
            opened.await;
        }
    }

    fn is_open(&self, key: &(String, String)) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.contains(key)
    }
}
