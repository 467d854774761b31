//! Connections that carry one stream at a time and wait for the next (long mode, 5.1).

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use super::connection::Connection;
use crate::transport::ttstream::sync::lock;

/// The shortest idle time: the sweep runs as often.
const MIN_IDLE: Duration = Duration::from_millis(10);

/// The idle connections to one address, last used on top.
pub(super) struct Idle {
    connections: Mutex<Vec<(Instant, Arc<Connection>)>>,
    max_idle: Duration,
}

impl Idle {
    /// Must be called on a tokio runtime, which then closes connections that idle too long.
    pub(super) fn new(max_idle: Duration) -> Arc<Self> {
        let max_idle = max_idle.max(MIN_IDLE);
        let idle = Arc::new(Self {
            connections: Mutex::default(),
            max_idle,
        });
        tokio::spawn(sweep(Arc::downgrade(&idle), max_idle));
        idle
    }

    /// The connection used last, if any is alive. Dead ones are dropped on the way.
    pub(super) fn take(&self) -> Option<Arc<Connection>> {
        let mut connections = lock(&self.connections);
        loop {
            let (_, connection) = connections.pop()?;
            if connection.is_alive() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose stream has ended.
    pub(super) fn put(&self, connection: Arc<Connection>) {
        if connection.is_alive() {
            lock(&self.connections).push((Instant::now(), connection));
        }
    }

    fn close_expired(&self) {
        let now = Instant::now();
        let expired: Vec<_> = lock(&self.connections)
            .extract_if(.., |(since, connection)| {
                !connection.is_alive() || now.duration_since(*since) >= self.max_idle
            })
            .collect();
        drop(expired);
    }
}

/// Runs as long as the pool. As in Kitex a connection is closed after between one and two times
/// the idle time.
async fn sweep(idle: Weak<Idle>, every: Duration) {
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        ticks.tick().await;
        match idle.upgrade() {
            Some(idle) => idle.close_expired(),
            None => return,
        }
    }
}
