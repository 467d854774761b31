//! When a server closes a connection that nothing is wrong with: because it is old, or not used.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::events;
use crate::error::{Error, Result};
use crate::wire::Supervisor;
use crate::wire::protocol::Retirement;

/// The share of its age by which a connection closes earlier or later at random, as in grpc-go, so that
/// connections that were made together are not closed together.
const JITTER: f64 = 0.1;

/// The times after which a server closes connections. By default it never does so, as grpc-go.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Retire {
    pub(super) age: Option<Duration>,
    /// How long calls of such a connection may go on; `None`: without limit.
    pub(super) grace: Option<Duration>,
    pub(super) idle: Option<Duration>,
}

impl Retire {
    /// Whether there is anything to watch.
    pub(super) fn is_set(self) -> bool {
        self.age.is_some() || self.idle.is_some()
    }

    /// # Errors
    /// A setting without effect.
    pub(super) fn check(self) -> Result<()> {
        if self.grace.is_none() || self.age.is_some() {
            return Ok(());
        }
        Err(Error::invalid_argument(
            "`.max_connection_age_grace(…)` has no effect without an age: set \
             `.max_connection_age(…)`, or leave it out",
        ))
    }

    /// The end of a connection that begins now and whose handlers `supervisor` knows.
    pub(super) fn begin(self, supervisor: Arc<Supervisor>, peer: Option<SocketAddr>) -> Retirement {
        let due = async move {
            let why = tokio::select! {
                () = aged(self.age) => "age",
                () = unused(&supervisor, self.idle) => "idle",
            };
            events::retired(peer, why);
        };
        Retirement {
            due: Box::pin(due),
            grace: self.grace.unwrap_or(Duration::MAX),
        }
    }
}

async fn aged(age: Option<Duration>) {
    match age {
        Some(age) => sleep(jittered(age, fastrand::f64())).await,
        None => pending().await,
    }
}

/// Between 90 and 110 % of `age`, as `random` says, which is from 0 up to 1.
fn jittered(age: Duration, random: f64) -> Duration {
    let share = 1.0 + JITTER * random.mul_add(2.0, -1.0);
    Duration::try_from_secs_f64(age.as_secs_f64() * share).unwrap_or(age)
}

async fn unused(supervisor: &Supervisor, idle: Option<Duration>) {
    match idle {
        Some(idle) => supervisor.unused(idle).await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_differs_by_a_tenth_at_most() {
        let age = Duration::from_secs(100);
        let random = (0..1000).map(|step| f64::from(step) / 1000.0);
        let ages: Vec<_> = random.map(|random| jittered(age, random)).collect();
        assert_eq!(ages.iter().min(), Some(&Duration::from_secs(90)));
        assert!(ages.iter().all(|one| *one < Duration::from_secs(110)));
        assert_eq!(jittered(Duration::MAX, 0.999), Duration::MAX);
        let some: Vec<_> = (0..100).map(|_| jittered(age, fastrand::f64())).collect();
        assert!(some.iter().any(|one| *one != some[0]));
    }
}
