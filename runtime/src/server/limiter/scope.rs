//! Calls that count together.

use super::adaptive::Gradient;
use super::configured::ConfiguredRate;
use super::rate::Rate;
use super::running::Running;
use crate::error::limit::{TOO_FREQUENT, TOO_MANY};

/// What is counted together: the calls of a server, of a service or of a method.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) rate: Option<Rate>,
    /// What the server's configuration says instead.
    pub(super) configured: Option<ConfiguredRate>,
    /// How many may run.
    pub(super) most: Option<usize>,
    pub(super) adaptive: Option<Gradient>,
    pub(super) running: Running,
}

impl Scope {
    /// Whether it can refuse a call, now or by another configuration.
    pub(super) fn limits(&self) -> bool {
        self.rate.is_some() || self.configured.is_some() || self.counts_running()
    }

    /// Whether it bounds how many calls run. Otherwise nobody counts them.
    pub(super) fn counts_running(&self) -> bool {
        self.most.is_some() || self.adaptive.is_some()
    }

    /// Whether it asks what time it is: for a rate, or for how long calls take.
    pub(super) fn asks_time(&self) -> bool {
        self.rate.is_some() || self.configured.is_some() || self.adaptive.is_some()
    }

    /// Counts a call that begins `now`.
    ///
    /// # Errors
    /// Why the call is one too many. The scope has not counted it then.
    pub(super) fn take(&self, now: u64) -> Result<(), &'static str> {
        if self.counts_running() && !self.running.take(self.most()) {
            return Err(TOO_MANY);
        }
        let taken = match (&self.configured, &self.rate) {
            (None, None) => true,
            (None, Some(rate)) => rate.take(now),
            (Some(_), _) => self.rated(|rate| rate.take(now)).unwrap_or(true),
        };
        if !taken {
            self.ended();
            return Err(TOO_FREQUENT);
        }
        Ok(())
    }

    /// How many may run now.
    fn most(&self) -> usize {
        let most = self.most.unwrap_or(usize::MAX);
        self.adaptive
            .as_ref()
            .map_or(most, |adaptive| most.min(adaptive.most()))
    }

    /// Takes back what [`Self::take`] has counted.
    #[cold]
    pub(super) fn give_back(&self) {
        self.ended();
        self.rated(Rate::give_back);
    }

    /// A call has ended.
    pub(super) fn ended(&self) {
        if self.counts_running() {
            self.running.give_back();
        }
    }

    /// Asks the rate that holds now; `None` if none does.
    #[inline(never)]
    fn rated<T>(&self, ask: impl Fn(&Rate) -> T) -> Option<T> {
        let configured = self.configured.as_ref();
        let said = configured.and_then(|configured| configured.ask(&ask));
        said.or_else(|| self.rate.as_ref().map(ask))
    }
}
