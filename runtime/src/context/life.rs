//! How long a call may last, and how it learns that it is over.

use std::time::{Duration, Instant};

use super::Context;
use crate::call::Deadline;
use crate::error::Error;

impl Context {
    /// When the caller gives up, if it said so. TTHeader Streaming tells no deadline (statement 74).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let deadline = self.time_limit()?;
        Some(deadline.at.into_std())
    }

    /// Time left until [`Context::deadline`]; zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.time_limit().map(|deadline| deadline.remaining())
    }

    /// Waits until the call is cancelled: by its caller, by a lost connection, by its deadline or
    /// by the end of the server's [`exit_wait`](crate::ServerBuilder::exit_wait). A task that
    /// outlives the handler's return sees that return as the reason (12012). Returns the reason.
    /// Its kind is [`Timeout`](crate::ErrorKind::Timeout) for a deadline that this side watches,
    /// and [`Canceled`](crate::ErrorKind::Canceled) otherwise, on every wire.
    ///
    /// Cancel safe.
    pub async fn cancelled(&self) -> Error {
        match &self.0.cancellation {
            Some(cancellation) => cancellation.cancelled().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the server that runs this handler has been told to stop: it takes itself off its
    /// [registries](crate::ServerBuilder::registry), and still serves new connections and calls for the
    /// [`drain_delay`](crate::ServerBuilder::drain_delay). For what tells others whether to send calls here, as
    /// the feature `health` does. Never completes on a context of no call.
    ///
    /// Cancel safe.
    pub async fn leaving(&self) {
        match &self.0.call {
            Some(call) => drop(call.stop.leaving().cancelled().await),
            None => std::future::pending().await,
        }
    }

    /// Whether the server that runs this handler has been told to stop; see [`Context::leaving`].
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        let call = self.0.call.as_ref();
        call.is_some_and(|call| call.stop.leaving().reason().is_some())
    }

    /// Waits until the server that runs this handler drains, which is the step after
    /// [`leaving`](Context::leaving): from then on it refuses new connections, and has this call end by itself for as long as
    /// [`exit_wait`](crate::ServerBuilder::exit_wait) says. For handlers of long streams, which
    /// would otherwise be cut off at its end. Never completes on a context of no call.
    ///
    /// Cancel safe.
    pub async fn draining(&self) {
        match &self.0.call {
            Some(call) => drop(call.stop.draining().cancelled().await),
            None => std::future::pending().await,
        }
    }

    /// Whether the server that runs this handler drains; see [`Context::draining`].
    #[must_use]
    pub fn is_draining(&self) -> bool {
        let call = self.0.call.as_ref();
        call.is_some_and(|call| call.stop.draining().reason().is_some())
    }

    /// Why the call was cancelled; `None` while it was not.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<&Error> {
        self.0.cancellation.as_ref()?.reason()
    }

    pub(crate) fn time_limit(&self) -> Option<Deadline> {
        self.0.deadline.as_deref().copied()
    }
}
