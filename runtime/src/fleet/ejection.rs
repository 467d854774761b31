//! The settings of ejection: when an instance is left alone for a while, and how it returns.

use std::time::Duration;

/// When instances are left alone for a while, and how they return.
///
/// An instance that cannot be reached is left alone for half a second, and longer each time that it cannot
/// be reached again, up to half a minute. That is so without any setting. An instance that is reached and
/// fails is ejected after some failures in a row. These are failures of the instance, not of the call:
/// a connection that breaks, a timeout, an answer that the handler failed or panicked; not a business
/// status, an exception of the IDL, or a cancel.
///
/// When the time is over, one call tries the instance. If that succeeds, the instance returns slowly.
#[derive(Debug, Clone, PartialEq)]
pub struct Ejection {
    pub(super) failures: Option<u32>,
    pub(super) time: Duration,
    pub(super) longest: Duration,
    pub(super) share: f64,
    pub(super) slow_start: Duration,
}

impl Default for Ejection {
    /// Five failures in a row, 10 s to 5 min, half of the instances, 10 s of slow start.
    fn default() -> Self {
        Self {
            failures: Some(5),
            time: Duration::from_secs(10),
            longest: Duration::from_secs(300),
            share: 0.5,
            slow_start: Duration::from_secs(10),
        }
    }
}

impl Ejection {
    /// Never ejects an instance that can be reached.
    #[must_use]
    pub fn never() -> Self {
        Self {
            failures: None,
            ..Self::default()
        }
    }

    /// Sets after how many failures in a row an instance is ejected; at least 1. Default 5, as in
    /// Envoy's outlier detection.
    #[must_use]
    pub fn failures(mut self, in_a_row: u32) -> Self {
        self.failures = Some(in_a_row.max(1));
        self
    }

    /// Sets how long an instance is ejected. Default 10 s. Each time that it fails on its return, it takes
    /// twice as long.
    #[must_use]
    pub fn time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets how long an instance is ejected at the longest, however often it has failed. Default 5 min.
    #[must_use]
    pub fn longest(mut self, time: Duration) -> Self {
        self.longest = time;
        self
    }

    /// Sets which share of the instances may be ejected at a time, between 0 and 1; one of several may
    /// always be. Default 0.5: if most of them fail, it is not they who are to blame.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share.clamp(0.0, 1.0);
        self
    }

    /// Sets for how long an instance that has returned gets fewer calls: a tenth of its share at
    /// first, and more and more. Default 10 s; zero: its full share at once.
    #[must_use]
    pub fn slow_start(mut self, time: Duration) -> Self {
        self.slow_start = time;
        self
    }

    /// How many of `instances` may be ejected at a time.
    pub(super) fn most(&self, instances: usize) -> usize {
        match instances {
            0 | 1 => 0,
            // Not negative, and not larger than `instances`.
            _ => ((instances as f64 * self.share) as usize).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_and_at_most_a_share_may_be_ejected() {
        let most = |instances| Ejection::default().most(instances);
        assert_eq!([0, 1, 2, 3, 10].map(most), [0, 0, 1, 1, 5]);
    }
}
