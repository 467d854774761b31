//! How the connections of a server learn that it stops.

use std::sync::Mutex;

use tokio::sync::oneshot;

use crate::swept::Swept;
use crate::sync::lock;

/// Tells each connection that the server stops, in the order in which the connections came. Dropping it
/// tells them, too.
///
/// It holds a sender for each connection; dropping the sender tells the connection.
#[derive(Debug, Default)]
pub(super) struct Stopping(Mutex<Swept<oneshot::Sender<()>>>);

impl Stopping {
    /// Returns the channel that a new connection watches: it is closed when the server begins to stop.
    pub(super) fn connection(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.0).push(sender, |one| !one.is_closed());
        receiver
    }

    /// The server begins to stop.
    pub(super) fn begin(&self) {
        let connections = std::mem::take(&mut *lock(&self.0));
        // After the lock is released, because the tasks that this wakes may need it.
        drop(connections);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swept::SWEEP_AT;

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
        assert!(lock(&stopping.0).entries().len() <= SWEEP_AT + 3);
        assert!(!lives.is_terminated());
    }
}
