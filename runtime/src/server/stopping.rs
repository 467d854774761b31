//! How the connections of a server learn that it stops.

use std::sync::Mutex;

use tokio::sync::oneshot;

use crate::swept::Swept;
use crate::sync::lock;
use crate::wire::protocol::StopSender;

/// Tells each connection that the server stops, in the order in which the connections came. Dropping it
/// tells them, too.
///
/// It holds a sender for each connection.
#[derive(Debug, Default)]
pub(super) struct Stopping(Mutex<Swept<StopSender>>);

impl Stopping {
    /// Returns the channel that a new connection watches.
    pub(super) fn connection(&self) -> oneshot::Receiver<oneshot::Receiver<()>> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.0).push(sender, |one| !one.is_closed());
        receiver
    }

    /// The server begins to stop. Connections that go on must end when what this returns is dropped.
    #[must_use]
    pub(super) fn begin(&self) -> Overtime {
        let connections = std::mem::take(&mut *lock(&self.0));
        // After the lock is released, because the tasks that this wakes may need it.
        let told = connections.into_entries().into_iter().map(|connection| {
            let (over, must_end) = oneshot::channel();
            // A connection that has ended has dropped the receiver.
            let _ = connection.send(must_end);
            over
        });
        Overtime(told.collect())
    }
}

/// What connections of a stopping server watch: when it is dropped they must end, in the order in which
/// they came.
pub(super) struct Overtime(#[expect(dead_code, reason = "dropped")] Vec<oneshot::Sender<()>>);

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
        let _overtime = stopping.begin();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock(&told), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn connections_that_go_on_must_end_when_overtime_does() {
        let stopping = Stopping::default();
        let connection = stopping.connection();
        let overtime = stopping.begin();
        let mut must_end = connection.await.unwrap();
        assert!(
            must_end
                .try_recv()
                .is_err_and(|error| error == oneshot::error::TryRecvError::Empty)
        );
        drop(overtime);
        assert!(must_end.await.is_err());
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
