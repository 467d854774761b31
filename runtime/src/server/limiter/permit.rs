//! One call against all limits that it has.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::scope::Scope;

/// The limits of one method: those of the server, of its service and its own.
#[derive(Debug)]
pub(in crate::server) struct MethodLimits {
    scopes: Box<[Arc<Scope>]>,
    /// The beginning of the times that the scopes are told.
    began: Instant,
    /// Whether one of them asks what time it is.
    timed: bool,
    /// Whether one of them bounds how many calls run.
    count_running: bool,
    /// Whether one of them asks how long a call takes.
    adaptive: bool,
}

impl MethodLimits {
    /// `None` if nothing limits the method.
    pub(super) fn new(scopes: &[Arc<Scope>], began: Instant) -> Option<Arc<Self>> {
        let scopes = scopes.iter().filter(|scope| scope.limits());
        let scopes: Box<[_]> = scopes.cloned().collect();
        (!scopes.is_empty()).then(|| {
            Arc::new(Self {
                began,
                timed: scopes.iter().any(|scope| scope.asks_time()),
                count_running: scopes.iter().any(|scope| scope.counts_running()),
                adaptive: scopes.iter().any(|scope| scope.adaptive.is_some()),
                scopes,
            })
        })
    }

    /// Counts a call. `None` if nobody asks when it ends.
    ///
    /// # Errors
    /// Kitex's text for why the call is refused. No limit has counted it then.
    pub(in crate::server) fn admit(self: &Arc<Self>) -> Result<Option<Permit>, &'static str> {
        let began = if self.timed { self.now() } else { 0 };
        for (at, scope) in self.scopes.iter().enumerate() {
            if let Err(why) = scope.take(began) {
                let counted = self.scopes[..at].iter();
                counted.for_each(|scope| scope.give_back());
                return Err(why);
            }
        }
        let permit = || Permit {
            limits: Arc::clone(self),
            began,
        };
        Ok(self.count_running.then(permit))
    }

    /// The time, in nanoseconds since the limits began to count.
    fn now(&self) -> u64 {
        // 584 years fit.
        self.began.elapsed().as_nanos() as u64
    }

    /// A call that began at `began` has returned.
    #[inline(never)]
    fn measured(&self, began: u64) {
        let time = Duration::from_nanos(self.now().saturating_sub(began));
        for scope in &self.scopes {
            if let Some(adaptive) = &scope.adaptive {
                adaptive.measured(time, scope.running.count());
            }
        }
    }
}

/// A call that runs. When it is dropped, the call has ended. Whatever runs its handler keeps it in a future that
/// there is anyway.
#[derive(Debug)]
pub(in crate::server) struct Permit {
    limits: Arc<MethodLimits>,
    /// On the clock of the limits, if one of them asks for it.
    began: u64,
}

impl Permit {
    /// The handler of a call without stream has returned. The time that it took counts then, but not that of a
    /// handler which is dropped or panics.
    pub(in crate::server) fn returned(permit: Option<Self>) {
        if let Some(permit) = permit
            && permit.limits.adaptive
        {
            permit.limits.measured(permit.began);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limits.scopes.iter().for_each(|scope| scope.ended());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::limiter::CallLimit;
    use crate::server::limiter::scopes::scope;

    fn limits(of: &[CallLimit]) -> Option<Arc<MethodLimits>> {
        let scopes: Vec<_> = of.iter().map(|limit| scope(limit).unwrap()).collect();
        MethodLimits::new(&scopes, Instant::now())
    }

    #[test]
    fn what_limits_nothing_is_left_out() {
        assert!(limits(&[CallLimit::new()]).is_none());
        let limits = limits(&[CallLimit::new(), CallLimit::new().running(1)]).unwrap();
        assert_eq!(limits.scopes.len(), 1);
    }

    #[test]
    fn nobody_asks_when_a_call_ends_that_only_a_rate_limits() {
        let limits = limits(&[CallLimit::new().per_second(1)]).unwrap();
        assert!(limits.admit().unwrap().is_none());
        assert!(limits.admit().is_err(), "the rate has counted the call");
    }

    #[test]
    fn what_the_last_limit_refuses_no_other_counts() {
        let most = |calls| CallLimit::new().running(calls);
        let limits = limits(&[most(3), most(2), most(1)]).unwrap();
        let running = || -> Vec<_> { limits.scopes.iter().map(|it| it.running.count()).collect() };
        let permit = limits.admit().unwrap();
        for _ in 0..3 {
            assert!(limits.admit().is_err());
            assert_eq!(running(), [1, 1, 1]);
        }
        drop(permit);
        assert_eq!(running(), [0, 0, 0]);
    }
}
