//! How many calls may be made again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::time::Instant;

use crate::sync::lock;

/// For how many seconds unused retries are saved up.
const SAVED_FOR: f64 = 10.0;
/// At least so many are, where calls earn them: a busy client earns them faster than a second passes.
const LEAST_SAVED: f64 = 100.0;

/// How many calls may be made again at another instance: a share of the calls that are made, and some each
/// second besides, for clients that make few. It keeps a service that refuses everything from getting
/// many times its load. A call adds nothing to the share while
/// the fleet has one instance alone.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryBudget {
    share: f64,
    per_second: f64,
}

impl Default for RetryBudget {
    /// A fifth of the calls, and ten a second besides, as in Finagle.
    fn default() -> Self {
        Self::new(0.2, 10.0)
    }
}

impl RetryBudget {
    /// A `share` of the calls, and `per_second` retries each second besides. What is not used is saved
    /// up to ten seconds' worth, or a hundred. Negative numbers and NaN count as 0.
    #[must_use]
    pub fn new(share: f64, per_second: f64) -> Self {
        Self {
            share: share.max(0.0),
            per_second: per_second.max(0.0),
        }
    }
}

/// What is left of a budget.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Calls that have been made since the last look.
    calls: AtomicU32,
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    left: f64,
    at: Instant,
}

impl Account {
    /// A call is made for the first time.
    pub(super) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a retry. Returns whether there was one.
    pub(super) fn take(&self, budget: &RetryBudget) -> bool {
        let (now, calls) = (Instant::now(), self.calls.swap(0, Ordering::Relaxed));
        let mut state = lock(&self.state);
        let by_time = budget.per_second * SAVED_FOR;
        let most = match budget.share > 0.0 {
            true => by_time.max(LEAST_SAVED),
            false => by_time,
        };
        let state = state.get_or_insert(State {
            left: by_time,
            at: now,
        });
        let passed = now.duration_since(state.at).as_secs_f64();
        let earned = f64::from(calls) * budget.share + passed * budget.per_second;
        let left = (state.left + earned).min(most);
        let taken = left >= 1.0;
        *state = State {
            left: if taken { left - 1.0 } else { left },
            at: now,
        };
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn taken(account: &Account, budget: &RetryBudget) -> usize {
        (0..1000).take_while(|_| account.take(budget)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_earn_a_share_and_time_earns_the_rest() {
        let (account, budget) = (Account::default(), RetryBudget::new(0.2, 10.0));
        assert_eq!(taken(&account, &budget), 100, "ten seconds' worth");
        (0..50).for_each(|_| account.call());
        assert_eq!(taken(&account, &budget), 10);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(taken(&account, &budget), 20);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(taken(&account, &budget), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_of_nothing_gives_nothing() {
        let (account, budget) = (Account::default(), RetryBudget::new(-1.0, f64::NAN));
        (0..50).for_each(|_| account.call());
        assert_eq!(taken(&account, &budget), 0);
    }
}
