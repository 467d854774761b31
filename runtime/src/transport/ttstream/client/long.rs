//! Connections that carry one stream at a time and wait for the next (long mode, 5.1).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use super::connection::Connection;
use crate::transport::ttstream::sync::lock;

/// The idle connections to one address, last used on top.
pub(super) struct Idle {
    stack: Mutex<Stack>,
    max_idle: Duration,
}

#[derive(Default)]
struct Stack {
    connections: Vec<(Instant, Arc<Connection>)>,
    /// Whether the task that closes idle connections runs.
    swept: bool,
}

impl Idle {
    pub(super) fn new(max_idle: Duration) -> Arc<Self> {
        Arc::new(Self {
            stack: Mutex::default(),
            max_idle,
        })
    }

    /// The connection used last, if any is alive. Dead ones are dropped on the way.
    pub(super) fn take(&self) -> Option<Arc<Connection>> {
        let mut stack = lock(&self.stack);
        loop {
            let (_, connection) = stack.connections.pop()?;
            if connection.is_alive() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose stream has ended.
    pub(super) fn put(self: &Arc<Self>, connection: Arc<Connection>) {
        if !connection.is_alive() {
            return;
        }
        let mut stack = lock(&self.stack);
        stack.connections.push((Instant::now(), connection));
        if !std::mem::replace(&mut stack.swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self), self.max_idle));
        }
    }

    /// Closes what has been idle too long; returns whether anything is left.
    fn close_expired(&self) -> bool {
        let mut stack = lock(&self.stack);
        let now = Instant::now();
        let expired = |(since, connection): &mut (Instant, Arc<Connection>)| {
            !connection.is_alive() || now.duration_since(*since) >= self.max_idle
        };
        let closing: Vec<_> = stack.connections.extract_if(.., expired).collect();
        stack.swept = !stack.connections.is_empty();
        let left = stack.swept;
        drop(stack);
        drop(closing);
        left
    }
}

/// Runs while there are idle connections. As in Kitex one is closed after between one and two
/// times the idle time.
async fn sweep(idle: std::sync::Weak<Idle>, every: Duration) {
    let every = every.max(Duration::from_millis(1));
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        ticks.tick().await;
        match idle.upgrade() {
            Some(idle) if idle.close_expired() => {}
            _ => return,
        }
    }
}
