//! Connections that carry one call at a time and wait for the next.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use super::{ByEndpoint, events};
use crate::call::FAR_FUTURE;
use crate::companion::Companion;
use crate::sync::lock;
use crate::wire::io::Endpoint;

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
    /// Closes connections that idle too long. A connection that comes back begins it.
    sweeper: Companion,
}

struct State<C> {
    endpoints: ByEndpoint<Vec<(Instant, C)>>,
    total: usize,
}

impl<C: Kept> Idle<C> {
    pub(crate) fn new(limits: IdleLimits) -> Arc<Self> {
        let max_idle = limits.max_idle.clamp(MIN_IDLE, FAR_FUTURE);
        Arc::new(Self {
            limits: IdleLimits { max_idle, ..limits },
            state: Mutex::new(State {
                endpoints: ByEndpoint::default(),
                total: 0,
            }),
            sweeper: Companion::default(),
        })
    }

    /// The connection used last, if any is of use. Others are dropped on the way.
    pub(crate) fn take(&self, from: &Endpoint) -> Option<C> {
        loop {
            let (since, connection) = {
                let mut state = lock(&self.state);
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

    /// Keeps a connection whose call has ended, if there is room.
    pub(crate) fn put(self: &Arc<Self>, endpoint: &Endpoint, connection: C) {
        let mut state = lock(&self.state);
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
        drop(state);
        // A stream may end outside of any runtime; then the next one begins it.
        let sweep = || sweep(Arc::downgrade(self), self.limits.max_idle);
        self.sweeper.begin(sweep);
    }

    /// Drops the idle connections to `endpoint` that have waited since before `began`. A call that
    /// began then timed out without a byte from the server, and these connections have been silent
    /// even longer. Returns how many there were.
    pub(crate) fn distrust(&self, endpoint: &Endpoint, began: Instant) -> usize {
        let suspect = |list: &mut Vec<(Instant, C)>| -> Vec<_> {
            list.extract_if(.., |(since, _)| *since <= began).collect()
        };
        self.drop_from(|state| {
            state
                .endpoints
                .get_mut(endpoint)
                .map(suspect)
                .unwrap_or_default()
        })
    }

    /// Closes all connections that wait.
    pub(crate) fn clear(&self) {
        self.drop_from(|state| state.endpoints.drain().flat_map(|(_, list)| list).collect());
    }

    fn close_expired(&self) {
        let (now, max_idle) = (Instant::now(), self.limits.max_idle);
        let closed = self.drop_from(|state| {
            let lists = state.endpoints.values_mut();
            lists
                .flat_map(|list| {
                    list.extract_if(.., |(since, _)| now.duration_since(*since) >= max_idle)
                })
                .collect()
        });
        events::idle_closed(closed);
    }

    /// Connections are dropped outside of the lock, and endpoints without any are forgotten: calls may
    /// name any address.
    fn drop_from(&self, take: impl FnOnce(&mut State<C>) -> Vec<(Instant, C)>) -> usize {
        let mut state = lock(&self.state);
        let dropped = take(&mut state);
        state.total -= dropped.len();
        state.endpoints.retain(|_, list| !list.is_empty());
        drop(state);
        dropped.len()
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::runtime::Handle;

    use super::*;

    struct Numbered(u32, bool);

    impl Kept for Numbered {
        fn renew(self) -> Option<Self> {
            self.1.then_some(self)
        }
    }

    fn pool(per_endpoint: usize, total: usize) -> Arc<Idle<Numbered>> {
        Idle::new(IdleLimits {
            per_endpoint,
            total,
            max_idle: Duration::from_secs(60),
        })
    }

    fn endpoint(port: u16) -> Endpoint {
        SocketAddr::from(([127, 0, 0, 1], port)).into()
    }

    #[tokio::test(start_paused = true)]
    async fn the_youngest_that_is_of_use_comes_first() {
        let (pool, here) = (pool(10, 10), endpoint(1));
        for (number, good) in [(1, true), (2, true), (3, false)] {
            pool.put(&here, Numbered(number, good));
        }
        assert!(pool.take(&endpoint(2)).is_none());
        let taken = [(); 3].map(|()| pool.take(&here).map(|kept| kept.0));
        assert_eq!(taken, [Some(2), Some(1), None]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_kept_than_allowed_to_one_endpoint_and_to_all() {
        let pool = pool(2, 3);
        for port in [1, 1, 1, 2, 2] {
            pool.put(&endpoint(port), Numbered(0, true));
        }
        let count = |port| {
            (0..5)
                .filter(|_| pool.take(&endpoint(port)).is_some())
                .count()
        };
        assert_eq!((count(1), count(2)), (2, 1));
        pool.put(&endpoint(2), Numbered(0, true));
        assert_eq!(count(2), 1, "those that were taken make room");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_idles_too_long_is_closed() {
        let (pool, here) = (pool(10, 10), endpoint(1));
        pool.put(&here, Numbered(1, true));
        tokio::time::sleep(Duration::from_secs(119)).await;
        pool.put(&here, Numbered(2, true));
        tokio::time::sleep(Duration::from_secs(2)).await;
        let taken = [(); 2].map(|()| pool.take(&here).map(|kept| kept.0));
        assert_eq!(taken, [Some(2), None]);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_runs_on_when_the_pool_is_gone() {
        let pool = pool(10, 10);
        pool.put(&endpoint(1), Numbered(1, true));
        let runtime = Handle::current().metrics();
        assert_eq!(runtime.num_alive_tasks(), 1);
        drop(pool);
        tokio::task::yield_now().await;
        assert_eq!(runtime.num_alive_tasks(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn endpoints_without_a_connection_are_forgotten() {
        let pool = pool(10, 1000);
        for port in 1..=100 {
            pool.put(&endpoint(port), Numbered(0, true));
            assert!(pool.take(&endpoint(port)).is_some());
        }
        pool.put(&endpoint(101), Numbered(0, true));
        tokio::time::sleep(Duration::from_secs(59)).await;
        pool.put(&endpoint(102), Numbered(0, true));
        tokio::time::sleep(Duration::from_secs(2)).await;
        let known: Vec<_> = lock(&pool.state).endpoints.keys().cloned().collect();
        assert_eq!(known, [endpoint(102)]);
    }

    #[tokio::test(start_paused = true)]
    async fn connections_may_be_kept_for_ever() {
        let limits = IdleLimits {
            per_endpoint: 1,
            total: 1,
            max_idle: Duration::MAX,
        };
        let (pool, here) = (Idle::new(limits), endpoint(1));
        pool.put(&here, Numbered(1, true));
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
        assert!(pool.take(&here).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn distrust_ends_with_what_came_back_later() {
        let (pool, here) = (pool(10, 10), endpoint(1));
        pool.put(&here, Numbered(1, true));
        tokio::time::advance(Duration::from_secs(1)).await;
        let began = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        pool.put(&here, Numbered(2, true));
        pool.distrust(&here, began);
        let taken = [(); 2].map(|()| pool.take(&here).map(|kept| kept.0));
        assert_eq!(taken, [Some(2), None]);
    }

    #[test]
    fn connections_come_back_without_a_runtime_and_after_one() {
        let runtime = || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_all().start_paused(true).build().unwrap()
        };
        let (pool, here) = (pool(10, 10), endpoint(1));
        pool.put(&here, Numbered(1, true));
        runtime().block_on(async { pool.put(&here, Numbered(2, true)) });
        runtime().block_on(async {
            pool.put(&here, Numbered(3, true));
            tokio::time::sleep(Duration::from_secs(121)).await;
            assert!(pool.take(&here).is_none(), "all are closed");
        });
    }
}
