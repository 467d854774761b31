//! From the first connection to the last handler.

use std::sync::{Arc, Mutex, Weak};

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::called::Methods;
use super::drain::LAST_WORDS;
use super::events;
use super::stopped::Stopped;
use super::stream_timeouts::StreamTimeouts;
use crate::call::{CancelPolicy, StopStages};
use crate::error::{Error, ErrorKind};
use crate::swept::Swept;
use crate::sync::lock;
use crate::wire::Supervisor;

/// What all connections of a server share of its life.
#[derive(Debug, Default)]
pub(super) struct Lifecycle {
    on_cancel: CancelPolicy,
    pub(super) stream_timeouts: StreamTimeouts,
    /// How far it has come with its stop, for handlers.
    pub(super) stop: StopStages,
    pub(super) methods: Methods,
    /// The connections that are open, or whose handlers still run.
    connections: Mutex<Swept<Weak<Supervisor>>>,
}

impl Lifecycle {
    pub(super) fn new(on_cancel: CancelPolicy, stream_timeouts: StreamTimeouts) -> Self {
        Self {
            on_cancel,
            stream_timeouts,
            ..Self::default()
        }
    }

    /// Watches the handlers of a new connection of that wire.
    pub(super) fn supervisor(&self, wire: &'static str) -> Arc<Supervisor> {
        let supervisor = Supervisor::new(self.on_cancel, wire);
        let connection = Arc::downgrade(&supervisor);
        lock(&self.connections).push(connection, |one| one.strong_count() > 0);
        supervisor
    }

    /// Lets handlers know that the server was told to stop.
    pub(super) fn leave(&self) {
        self.stop.leave(stopped());
    }

    /// Lets handlers know that the server drains.
    pub(super) fn drain(&self) {
        self.stop.drain(stopped());
    }

    /// Waits until no handler runs, whether its connection is open or not.
    pub(super) async fn idle(&self) {
        for supervisor in self.all() {
            supervisor.idle().await;
        }
    }

    /// How many handlers are running.
    pub(super) fn handlers(&self) -> usize {
        self.all().iter().map(|one| one.count()).sum()
    }

    /// The calls and streams that run, which are about to be cut.
    pub(super) fn cutting(&self) -> Stopped {
        let all = self.all();
        Stopped::cutting(all.iter().flat_map(|connection| {
            let numbers = connection.called().into_iter();
            numbers.map(|number| {
                let (service, method) = self.methods.name(number);
                (connection.wire(), service, method)
            })
        }))
    }

    /// Tells the handlers that are left that their calls are over.
    pub(super) fn cancel_handlers(&self) {
        for supervisor in self.all() {
            supervisor.cancel_all(&stopped());
        }
    }

    /// Has the handlers that are left dropped.
    pub(super) fn drop_handlers(&self) {
        for supervisor in self.all() {
            supervisor.drop_all();
        }
    }

    fn all(&self) -> Vec<Arc<Supervisor>> {
        let connections = lock(&self.connections);
        let connections = connections.entries().iter();
        connections.filter_map(Weak::upgrade).collect()
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Canceled, 0, "the server has stopped")
}

/// Ends all handlers when serving is given up: they learn it from their connections, and have as long
/// to return as at the end of the exit wait.
pub(super) struct EndHandlers(pub(super) Arc<Lifecycle>);

impl Drop for EndHandlers {
    fn drop(&mut self) {
        let lifecycle = Arc::clone(&self.0);
        if lifecycle.handlers() == 0 {
            return;
        }
        let end = move || {
            lifecycle.cancel_handlers();
            events::handlers_dropped(lifecycle.handlers());
            lifecycle.drop_handlers();
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                sleep(LAST_WORDS).await;
                end();
            })),
            // Nobody could wait.
            Err(_) => end(),
        }
    }
}
