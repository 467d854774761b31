//! Connections that carry one call at a time and wait for the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at};

use crate::transport::io::Endpoint;

/// The shortest idle time: the sweep runs as often.
const MIN_IDLE: Duration = Duration::from_millis(10);

/// A connection as the pool keeps it.
pub(crate) trait Kept: Send + Sized + 'static {
    /// The connection, made fit for one more call on the current runtime; `None` if it is of no
    /// more use.
    fn renew(self) -> Option<Self>;
}

/// How many connections wait, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdleLimits {
    pub(crate) per_endpoint: usize,
    pub(crate) total: usize,
    /// As in Kitex, a connection is closed after between one and two times this time.
    pub(crate) max_idle: Duration,
}

/// The idle connections to every endpoint, last used on top.
pub(crate) struct Idle<C> {
    limits: IdleLimits,
    state: Mutex<State<C>>,
}

struct State<C> {
    endpoints: HashMap<Endpoint, Vec<(Instant, C)>>,
    total: usize,
    /// Closes connections that idle too long. Ends with its runtime; the next connection that
    /// comes back starts another.
    sweeper: Option<JoinHandle<()>>,
}

impl<C: Kept> Idle<C> {
    pub(crate) fn new(limits: IdleLimits) -> Arc<Self> {
        let max_idle = limits.max_idle.max(MIN_IDLE);
        Arc::new(Self {
            limits: IdleLimits { max_idle, ..limits },
            state: Mutex::new(State {
                endpoints: HashMap::new(),
                total: 0,
                sweeper: None,
            }),
        })
    }

    /// The connection used last, if any is of use. Others are dropped on the way.
    pub(crate) fn take(&self, from: &Endpoint) -> Option<C> {
        loop {
            let (since, connection) = {
                let mut state = self.lock();
                let youngest = state.endpoints.get_mut(from)?.pop()?;
                state.total -= 1;
                youngest
            };
            if since.elapsed() < 2 * self.limits.max_idle
                && let Some(connection) = connection.renew()
            {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose call has ended, if there is room. Must be called on a tokio runtime.
    pub(crate) fn put(self: &Arc<Self>, endpoint: &Endpoint, connection: C) {
        let mut state = self.lock();
        if state.total >= self.limits.total {
            return;
        }
        match state.endpoints.get_mut(endpoint) {
            Some(list) if list.len() >= self.limits.per_endpoint => return,
            Some(list) => list.push((Instant::now(), connection)),
            None if self.limits.per_endpoint == 0 => return,
            None => {
                let first = vec![(Instant::now(), connection)];
                state.endpoints.insert(endpoint.clone(), first);
            }
        }
        state.total += 1;
        if state.sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            let sweep = sweep(Arc::downgrade(self), self.limits.max_idle);
            state.sweeper = Some(tokio::spawn(sweep));
        }
    }

    /// Drops the connections to `endpoint` that wait since before `began`: a call that began then
    /// has heard nothing of the server until it timed out, and they have heard of it earlier still.
    pub(crate) fn distrust(&self, endpoint: &Endpoint, began: Instant) {
        let suspect = |list: &mut Vec<(Instant, C)>| -> Vec<_> {
            list.extract_if(.., |(since, _)| *since <= began).collect()
        };
        self.drop_from(|state| {
            state
                .endpoints
                .get_mut(endpoint)
                .map(suspect)
                .unwrap_or_default()
        });
    }

    fn close_expired(&self) {
        let (now, max_idle) = (Instant::now(), self.limits.max_idle);
        self.drop_from(|state| {
            let lists = state.endpoints.values_mut();
            lists
                .flat_map(|list| {
                    list.extract_if(.., |(since, _)| now.duration_since(*since) >= max_idle)
                })
                .collect()
        });
    }

    /// Connections are dropped outside of the lock.
    fn drop_from(&self, take: impl FnOnce(&mut State<C>) -> Vec<(Instant, C)>) {
        let mut state = self.lock();
        let dropped = take(&mut state);
        state.total -= dropped.len();
        drop(state);
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs as long as the pool.
async fn sweep<C: Kept>(idle: Weak<Idle<C>>, every: Duration) {
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        ticks.tick().await;
        match idle.upgrade() {
            Some(idle) => idle.close_expired(),
            None => return,
        }
    }
}
