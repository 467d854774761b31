//! Tells watchers of a client's attempts to connect.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::Error;

/// What became of a channel's last attempt to connect.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConnectionState {
    /// No attempt has been made, or the last one was given up before it ended.
    Idle,
    /// An attempt is under way.
    Connecting,
    /// The last attempt has made a connection on which calls can be made.
    Ready,
    /// The last attempt has failed, for this reason.
    Failing(Error),
    /// The channel was closed.
    Shutdown,
}

/// Tells of attempts. Clones tell the same watchers.
#[derive(Debug, Clone)]
pub struct Attempts(Arc<watch::Sender<ConnectionState>>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(ConnectionState::Idle)))
    }
}

impl Attempts {
    pub(crate) fn watch(&self) -> watch::Receiver<ConnectionState> {
        self.0.subscribe()
    }

    /// The channel is closed. Watchers learn of nothing after this.
    pub(crate) fn shut_down(&self) {
        self.0.send_replace(ConnectionState::Shutdown);
    }

    /// An attempt begins.
    pub(super) fn begin(&self) -> Attempt<'_> {
        self.tell(ConnectionState::Connecting);
        Attempt {
            attempts: self,
            ended: false,
        }
    }

    /// Tells watchers of a new state, but not after a shutdown.
    fn tell(&self, state: ConnectionState) {
        self.0.send_if_modified(|last| {
            let open = !matches!(last, ConnectionState::Shutdown);
            if open {
                *last = state;
            }
            open
        });
    }
}

/// An attempt under way.
pub(super) struct Attempt<'a> {
    attempts: &'a Attempts,
    ended: bool,
}

impl Attempt<'_> {
    pub(super) fn ended(mut self, failure: Option<&Error>) {
        self.ended = true;
        self.attempts.tell(match failure {
            None => ConnectionState::Ready,
            Some(error) => ConnectionState::Failing(error.clone()),
        });
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.attempts.tell(ConnectionState::Idle);
        }
    }
}
