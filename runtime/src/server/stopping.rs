//! How the connections of a server learn that it stops.

use std::sync::{Mutex, MutexGuard};

use tokio::sync::oneshot;

use crate::sync::lock;

/// Connections that have ended and are borne in the list before it is swept.
const SWEEP_AT: usize = 64;

/// Tells each connection that the server stops: those that came first are told first. Dropping it tells
/// them, too.
#[derive(Debug, Default)]
pub(super) struct Stopping(Mutex<Connections>);

#[derive(Debug, Default)]
struct Connections {
    /// Dropping a sender tells its connection.
    list: Vec<oneshot::Sender<()>>,
    sweep_at: usize,
}

impl Stopping {
    /// What a new connection listens to: it is closed when the server begins to stop.
    pub(super) fn connection(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut connections = self.connections();
        connections.list.push(sender);
        if connections.list.len() > connections.sweep_at {
            connections.list.retain(|one| !one.is_closed());
            // Each entry is looked at twice on average, however many live.
            connections.sweep_at = 2 * connections.list.len() + SWEEP_AT;
        }
        receiver
    }

    /// The server begins to stop.
    pub(super) fn begin(&self) {
        let told = std::mem::take(&mut self.connections().list);
        // Woken tasks may come for the lock.
        drop(told);
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn connections_are_told_in_the_order_in_which_they_came() {
        let (stopping, told) = (
            Stopping::default(),
            std::sync::Arc::<Mutex<Vec<_>>>::default(),
        );
        let tasks: Vec<_> = (0..20)
            .map(|nth| {
                let (connection, told) = (stopping.connection(), told.clone());
                tokio::spawn(async move {
                    let _ = connection.await;
                    lock(&told).push(nth);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        stopping.begin();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock(&told), (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn those_that_have_ended_are_forgotten() {
        let stopping = Stopping::default();
        let lives = stopping.connection();
        for _ in 0..10 * SWEEP_AT {
            drop(stopping.connection());
        }
        assert!(stopping.connections().list.len() <= SWEEP_AT + 3);
        assert!(!lives.is_terminated());
    }
}
