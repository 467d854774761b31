//! The settings of a fleet.

use std::fmt;
use std::sync::Arc;

use faststr::FastStr;

use super::balance::{Balancer, RoundRobin};
use super::budget::RetryBudget;
use super::change::Change;
use super::ejection::Ejection;
use super::instance::Instance;
use super::resolver::{ErasedResolver, Resolver};
use crate::breaker::BreakerRule;

type OnChange = Arc<dyn Fn(&Change) + Send + Sync>;

/// Where the instances of a service are, and which of them gets a call: what
/// [`ClientBuilder::fleet`](crate::ClientBuilder::fleet) takes instead of addresses.
#[must_use = "settings do nothing until a client has them"]
pub struct Fleet {
    pub(super) resolver: Arc<dyn ErasedResolver>,
    pub(super) rules: Rules,
    pub(super) ejection: Ejection,
    pub(super) budget: RetryBudget,
    pub(super) breaker: Option<BreakerRule>,
    pub(super) on_change: Option<OnChange>,
}

/// Which instances may get calls, and how one is picked.
pub(super) struct Rules {
    pub(super) balancer: Box<dyn Balancer>,
    only: Vec<(FastStr, FastStr)>,
    preferred: Vec<(FastStr, FastStr)>,
}

impl Rules {
    /// Whether the instance may get calls.
    pub(super) fn admits(&self, instance: &Instance) -> bool {
        has_all(instance, &self.only)
    }

    /// Whether it gets them before others do.
    pub(super) fn prefers(&self, instance: &Instance) -> bool {
        has_all(instance, &self.preferred)
    }
}

fn has_all(instance: &Instance, tags: &[(FastStr, FastStr)]) -> bool {
    tags.iter()
        .all(|(key, value)| instance.tag(key) == Some(value))
}

impl Fleet {
    /// The instances that `resolver` knows, in turn by weight.
    pub fn new(resolver: impl Resolver) -> Self {
        Self {
            resolver: Arc::new(resolver),
            rules: Rules {
                balancer: Box::new(RoundRobin),
                only: Vec::new(),
                preferred: Vec::new(),
            },
            ejection: Ejection::default(),
            budget: RetryBudget::default(),
            breaker: None,
            on_change: None,
        }
    }

    /// Sets how the instance of a call is picked, as Kitex's `WithLoadBalancer` does. Default:
    /// [`RoundRobin`], which is Kitex's default too.
    pub fn balancer(mut self, balancer: impl Balancer) -> Self {
        self.rules.balancer = Box::new(balancer);
        self
    }

    /// Calls only instances with this tag. With several, an instance must have all of them.
    pub fn only(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        self.rules.only.push((key.into(), value.into()));
        self
    }

    /// Calls instances with this tag, such as those of the client's own zone, and others only while none
    /// of these can be called. With several, an instance must have all of them.
    pub fn prefer(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        self.rules.preferred.push((key.into(), value.into()));
        self
    }

    /// Sets when instances that fail are left alone, and how they return.
    pub fn ejection(mut self, ejection: Ejection) -> Self {
        self.ejection = ejection;
        self
    }

    /// Gives each instance a circuit breaker, as Kitex's `CBSuite` does: where too many calls have not
    /// reached the instance, it gets none for a while. Whatever it answers is a success here; the
    /// [ejection](Self::ejection) counts answers, too. Default: none.
    pub fn breaker(mut self, rule: BreakerRule) -> Self {
        self.breaker = Some(rule);
        self
    }

    /// Sets how many calls may be made again at another instance. A call is made again by itself if nothing
    /// of it can have reached a handler: see [`Error::is_retryable`](crate::Error::is_retryable).
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Calls `told` with each change of the instances, the first list among them. It runs on the task of
    /// the resolver, and should not wait.
    pub fn on_change(mut self, told: impl Fn(&Change) + Send + Sync + 'static) -> Self {
        self.on_change = Some(Arc::new(told));
        self
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("only", &self.rules.only)
            .field("preferred", &self.rules.preferred)
            .field("ejection", &self.ejection)
            .field("budget", &self.budget)
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}
