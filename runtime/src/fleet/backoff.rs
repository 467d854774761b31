//! How long a server that could not be reached is left alone.

use std::time::Duration;

/// After the first failure. gRPC's connection backoff begins with 1 s; here calls go elsewhere
/// meanwhile, and a server that restarts is back sooner.
pub(crate) const FIRST: Duration = Duration::from_millis(500);
/// Each further failure in a row makes it this many times longer, as in gRPC.
const GROWTH: f64 = 1.6;
/// But not longer than this. gRPC waits up to 120 s, with nobody calling; a rolling restart of a
/// large service takes minutes, and its clients should find each server again while it lasts.
const LONGEST: Duration = Duration::from_secs(30);
/// The share by which it is shorter or longer at random, as in gRPC, so that many clients do not
/// come back at the same moment.
const JITTER: f64 = 0.2;

/// After so many failures in a row to reach a registry the time grows no longer, which is at about 5 s: a
/// list that is old, and a server that is on none, are worth a question every few seconds.
const GROWS_FOR_REGISTRY: i32 = 5;

/// How long a registry, or another source of instances, is left alone after so many failures before this
/// one.
pub(super) fn registry_backoff(failures: i32) -> Duration {
    backoff(failures.min(GROWS_FOR_REGISTRY))
}

/// The time after so many failures before this one.
pub(crate) fn backoff(failures: i32) -> Duration {
    let grown = FIRST.as_secs_f64() * GROWTH.powi(failures.min(64));
    let random = fastrand::f64().mul_add(2.0, -1.0);
    Duration::from_secs_f64(grown.min(LONGEST.as_secs_f64()) * (1.0 + JITTER * random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_grows_up_to_a_bound_with_jitter_on_it() {
        let within = |time: Duration, middle: Duration| {
            let share = time.as_secs_f64() / middle.as_secs_f64();
            assert!((0.8..=1.2).contains(&share), "{time:?} for {middle:?}");
        };
        for _ in 0..100 {
            within(backoff(0), FIRST);
            within(backoff(1), FIRST.mul_f64(GROWTH));
            within(backoff(i32::MAX), LONGEST);
        }
        let times: Vec<_> = (0..100).map(|_| backoff(0)).collect();
        assert!(times.iter().any(|time| *time != times[0]));
    }
}
