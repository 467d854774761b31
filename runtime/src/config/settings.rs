//! What a configuration says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::category::Category;
use crate::breaker::BreakerRule;
use crate::retry::RetryPolicy;

/// What the configuration of a client or a server says. Of what it does not say, the settings of the
/// program hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) timeouts: Arc<ByMethod<Timeouts>>,
    /// `None`: the method has no breaker.
    pub(crate) breakers: Arc<ByMethod<Option<BreakerRule>>>,
    /// `None`: calls of the method are not made again.
    pub(crate) retries: Arc<ByMethod<Option<Arc<RetryPolicy>>>>,
    pub(crate) degradation: Degradation,
    pub(crate) limit: Limit,
}

/// Settings of methods, by the IDL's names.
#[derive(Debug)]
pub(crate) struct ByMethod<T> {
    named: HashMap<String, T>,
    /// The value under `*`, which is that of all methods that the document does not name.
    others: Option<T>,
}

impl<T> Default for ByMethod<T> {
    fn default() -> Self {
        Self {
            named: HashMap::new(),
            others: None,
        }
    }
}

/// The name of all methods that are not named.
const OTHERS: &str = "*";

impl<T> ByMethod<T> {
    pub(super) fn set(&mut self, method: String, value: T) {
        match method.as_str() {
            OTHERS => self.others = Some(value),
            _ => drop(self.named.insert(method, value)),
        }
    }

    /// What is said of a method: by its name, or else of all others.
    pub(crate) fn of(&self, method: &str) -> Option<&T> {
        self.named(method).or(self.others())
    }

    pub(crate) fn named(&self, method: &str) -> Option<&T> {
        self.named.get(method)
    }

    pub(crate) fn others(&self) -> Option<&T> {
        self.others.as_ref()
    }
}

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// Of a call without stream. `Some(None)`: as long as it likes.
    pub(crate) rpc: Option<Option<Duration>>,
    pub(crate) connect: Option<Duration>,
}

/// How many of a hundred calls are not made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Degradation(pub(super) u32);

impl Degradation {
    /// Whether this call is one of those.
    pub(crate) fn refuses(self) -> bool {
        self.0 > 0 && fastrand::u32(..100) < self.0
    }
}

/// What a server takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) connections: Option<usize>,
    pub(crate) per_second: Option<u32>,
}

/// What the document of one category says.
#[derive(Debug)]
pub(super) enum Part {
    RpcTimeout(ByMethod<Timeouts>),
    CircuitBreak(ByMethod<Option<BreakerRule>>),
    Retry(ByMethod<Option<Arc<RetryPolicy>>>),
    Degradation(Degradation),
    Limit(Limit),
}

impl Settings {
    pub(super) fn put(&mut self, part: Part) {
        match part {
            Part::RpcTimeout(timeouts) => self.timeouts = Arc::new(timeouts),
            Part::CircuitBreak(breakers) => self.breakers = Arc::new(breakers),
            Part::Retry(retries) => self.retries = Arc::new(retries),
            Part::Degradation(degradation) => self.degradation = degradation,
            Part::Limit(limit) => self.limit = limit,
        }
    }

    /// Forgets what was said of a category.
    pub(super) fn clear(&mut self, category: Category) {
        self.put(match category {
            Category::RpcTimeout => Part::RpcTimeout(ByMethod::default()),
            Category::CircuitBreak => Part::CircuitBreak(ByMethod::default()),
            Category::Retry => Part::Retry(ByMethod::default()),
            Category::Degradation => Part::Degradation(Degradation::default()),
            Category::Limit => Part::Limit(Limit::default()),
        });
    }
}
