//! When a call is made again.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

type Wanted = Arc<dyn Fn(&Error) -> bool + Send + Sync>;

/// When a call is made again that a handler may have seen. The numbers are those of Kitex's `pkg/retry`,
/// v0.16.3.
///
/// Each attempt has the call's timeout for itself, and goes to another instance, as far as there are others.
/// No attempt is made while a tenth of at least ten attempts of the method within 10 s fail: a
/// service that fails under its load does not get more of it. Nor is one for a call that a handler makes
/// while it serves such an attempt itself, so that retries do not multiply along a chain.
#[derive(Clone)]
pub struct RetryPolicy {
    kind: Kind,
    max_retries: u32,
    max_duration: Option<Duration>,
    backoff: RangeInclusive<Duration>,
    for_timeouts: bool,
    wanted: Option<Wanted>,
    error_rate: f64,
    chain_stop: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failure,
    Backup(Duration),
    Mixed(Duration),
}

impl Kind {
    /// The most retries that Kitex allows.
    fn most(self) -> u32 {
        match self {
            Self::Failure => 5,
            Self::Backup(_) => 2,
            Self::Mixed(_) => 3,
        }
    }
}

/// The samples from which on the error rate counts.
const MIN_SAMPLES: u64 = 10;

/// What becomes of a call of which an attempt has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It ends with this result.
    Ends,
    /// It is made again, if it may be, after a pause.
    Again,
}

impl RetryPolicy {
    fn new(kind: Kind, max_retries: u32) -> Self {
        Self {
            kind,
            max_retries,
            max_duration: None,
            backoff: Duration::ZERO..=Duration::ZERO,
            for_timeouts: true,
            wanted: None,
            error_rate: 0.1,
            chain_stop: true,
        }
    }

    /// Makes a call again that has failed: by default one that took too long, twice at most.
    #[must_use]
    pub fn failure() -> Self {
        Self::new(Kind::Failure, 2)
    }

    /// Makes a call again that has not ended after `delay`, and takes the result that comes first, even
    /// if it is an error; the other attempt is given up. Once at most. The delay should be what 99 of 100
    /// calls take.
    #[must_use]
    pub fn backup(delay: Duration) -> Self {
        Self::new(Kind::Backup(delay), 1)
    }

    /// Both: makes a call again that has not ended after `delay`, and one that has failed. An error ends the
    /// call only if no attempt is left. Once at most.
    #[must_use]
    pub fn mixed(delay: Duration) -> Self {
        Self::new(Kind::Mixed(delay), 1)
    }

    /// Sets how often the call is made again: at most 5 times after failures, twice as backup, three times
    /// mixed.
    #[must_use]
    pub fn max_retries(mut self, times: u32) -> Self {
        self.max_retries = times;
        self
    }

    /// Sets how long after its beginning the call may be made again. Default: without limit.
    #[must_use]
    pub fn max_duration(mut self, time: Duration) -> Self {
        self.max_duration = Some(time);
        self
    }

    /// Sets the pause before the call is made again after a failure: a random time of the range. Default:
    /// none.
    #[must_use]
    pub fn backoff(mut self, pause: RangeInclusive<Duration>) -> Self {
        self.backoff = pause;
        self
    }

    /// Makes the call again after these errors, too. Not after a business status, a cancel or a caller's
    /// mistake, whatever `wanted` says.
    #[must_use]
    pub fn retry_if(mut self, wanted: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.wanted = Some(Arc::new(wanted));
        self
    }

    /// Makes the call again after every error of [`retry_if`](Self::retry_if): Kitex's `AllErrorRetry`.
    #[must_use]
    pub fn all_errors(self) -> Self {
        self.retry_if(|_| true)
    }

    /// Does not make the call again because it took too long.
    #[must_use]
    pub fn not_for_timeouts(mut self) -> Self {
        self.for_timeouts = false;
        self
    }

    /// Sets the share of failed attempts from which on none is made again: above 0, and at most 0.3.
    /// Default 0.1.
    #[must_use]
    pub fn error_rate(mut self, share: f64) -> Self {
        self.error_rate = share;
        self
    }

    /// Makes calls again, too, that belong to a call which is being made again itself.
    #[must_use]
    pub fn without_chain_stop(mut self) -> Self {
        self.chain_stop = false;
        self
    }

    /// # Errors
    /// A number is out of its range.
    pub(crate) fn check(&self, setting: &str) -> Result<()> {
        let problem = if self.max_retries > self.kind.most() {
            format!(
                "max_retries is {}, at most {}",
                self.max_retries,
                self.kind.most()
            )
        } else if !(self.error_rate > 0.0 && self.error_rate <= 0.3) {
            format!(
                "error_rate is {}: write a share above 0, at most 0.3",
                self.error_rate
            )
        } else if self.backoff.is_empty() {
            format!("backoff is {:?}, which has no time", self.backoff)
        } else if self.delay().is_some_and(|delay| delay.is_zero()) {
            "the delay is zero: every call would be made twice".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::invalid_argument(format!("`{setting}`: {problem}")))
    }

    /// How often a call of this policy may be made again at the most.
    pub(crate) fn most_retries(&self) -> u32 {
        self.kind.most()
    }

    /// The same policy, which makes calls again after the same errors as `other`.
    pub(crate) fn after_errors_of(mut self, other: &Self) -> Self {
        self.wanted.clone_from(&other.wanted);
        self.for_timeouts = other.for_timeouts;
        self
    }

    pub(crate) fn stops_in_chain(&self) -> bool {
        self.chain_stop
    }

    pub(crate) fn retries(&self) -> u32 {
        self.max_retries
    }

    pub(crate) fn duration(&self) -> Option<Duration> {
        self.max_duration
    }

    /// After which time an attempt that has not ended gets company.
    pub(crate) fn delay(&self) -> Option<Duration> {
        match self.kind {
            Kind::Failure => None,
            Kind::Backup(delay) | Kind::Mixed(delay) => Some(delay),
        }
    }

    /// The next pause after a failure.
    pub(crate) fn pause(&self) -> Duration {
        let (least, most) = (*self.backoff.start(), *self.backoff.end());
        least + most.saturating_sub(least).mul_f64(fastrand::f64())
    }

    /// The longest that all attempts take, of which each takes `one` at the longest.
    pub(crate) fn longest(&self, one: Duration) -> Duration {
        let attempts = one.saturating_mul(self.max_retries.saturating_add(1));
        let pauses = self.backoff.end().saturating_mul(self.max_retries);
        attempts.saturating_add(pauses)
    }

    /// What follows from the error of an attempt. A reply ends the call.
    pub(crate) fn after(&self, error: &Error) -> Next {
        if matches!(self.kind, Kind::Backup(_)) {
            return Next::Ends;
        }
        use ErrorKind::{BizStatus, Canceled, InvalidArgument, Timeout};
        let wanted = || self.wanted.as_ref().is_some_and(|wanted| wanted(error));
        let again = match error.kind() {
            BizStatus | Canceled | InvalidArgument => false,
            Timeout => self.for_timeouts,
            _ => wanted(),
        };
        if again { Next::Again } else { Next::Ends }
    }

    /// Whether so many failures are too many.
    pub(crate) fn is_stopped(&self, lately: crate::breaker::Counts) -> bool {
        lately.samples() >= MIN_SAMPLES && lately.error_rate() >= self.error_rate
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("kind", &self.kind)
            .field("max_retries", &self.max_retries)
            .field("max_duration", &self.max_duration)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}
