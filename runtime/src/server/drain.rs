//! How a server stops: it leaves its clients time to go elsewhere, and then ends what is left.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::events;
use super::lifecycle::Lifecycle;
use super::signals::Signals;
use super::stopped::Stopped;
use super::stopping::{Overtime, Stopping};

/// What connections get on top of the exit wait to tell their peers that it is over (gRPC: resets
/// with 1000), and handlers to return once they were cancelled.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(200);

/// Completes when the server shall take no more connections: when `shutdown` completes or a signal
/// comes, and then `leave` has completed and `delay` is over. Another signal ends the wait for these.
/// Returns whether one has.
pub(super) async fn begun(
    shutdown: impl Future<Output = ()>,
    leave: impl Future<Output = ()>,
    signals: &mut Signals,
    delay: Duration,
) -> bool {
    tokio::select! {
        biased;
        () = shutdown => {}
        name = signals.next() => events::signalled(name),
    }
    let left = async {
        // First of all, while the server still takes calls: clients learn of it a little later.
        leave.await;
        if !delay.is_zero() {
            events::stops_soon(delay);
            sleep(delay).await;
        }
    };
    tokio::select! {
        biased;
        name = signals.next() => {
            events::signalled(name);
            true
        }
        () = left => false,
    }
}

/// Lets the calls and streams of `connections` end by themselves for `exit_wait`, or until a signal comes,
/// and ends those that have not. Returns which those were.
pub(super) async fn drain(
    mut connections: JoinSet<()>,
    lifecycle: &Lifecycle,
    stopping: &Stopping,
    exit_wait: Duration,
    signals: &mut Signals,
) -> Stopped {
    events::stopping(connections.len(), exit_wait);
    let overtime = stopping.begin();
    lifecycle.drain();
    let ended = tokio::select! {
        biased;
        ended = timeout(exit_wait, ended(&mut connections, lifecycle)) => ended.is_ok(),
        name = signals.next() => {
            events::signalled(name);
            false
        }
    };
    if ended {
        return Stopped::default();
    }
    let stopped = lifecycle.cutting();
    events::exit_wait_over(connections.len(), lifecycle.handlers(), &stopped);
    end(connections, lifecycle, overtime).await;
    stopped
}

/// Completes when all connections are closed and no handler runs.
async fn ended(connections: &mut JoinSet<()>, lifecycle: &Lifecycle) {
    while connections.join_next().await.is_some() {}
    lifecycle.idle().await;
}

/// Ends what is left. Connections that can tell of the end do so, and their handlers learn their wire's own
/// reason; the others are told here.
async fn end(mut connections: JoinSet<()>, lifecycle: &Lifecycle, overtime: Overtime) {
    drop(overtime);
    for last in [false, true] {
        if timeout(LAST_WORDS / 2, ended(&mut connections, lifecycle))
            .await
            .is_ok()
        {
            return;
        }
        if !last {
            lifecycle.cancel_handlers();
        }
    }
    events::handlers_dropped(lifecycle.handlers());
    connections.shutdown().await;
    lifecycle.drop_handlers();
    lifecycle.idle().await;
}
