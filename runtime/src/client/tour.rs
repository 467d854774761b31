//! The way of one call through the instances of a fleet.

use std::sync::Arc;
use std::time::Duration;

use super::reach::Make;
use super::targets::MIN_PATIENCE;
use crate::call::Deadline;
use crate::error::{Error, Result};
use crate::fleet::{Asked, Driven, Member, Outcome, Picked};
use crate::wire::client::{Attempt, FirstWait};
use crate::wire::io::{CONNECT_TIMEOUT, Endpoint};

/// Among how many instances a call shares the time that it has for connecting: one that does not answer
/// leaves as much for others.
const SHARED_AMONG: usize = 4;

/// The way of one call through the instances: each at most once.
pub(super) struct Tour<'a> {
    fleet: &'a Driven,
    asked: Asked<'a>,
    tried: Vec<Arc<Member>>,
    /// The instance where the call is being made.
    current: Option<Picked<'a>>,
    /// How long the call may spend on connecting.
    limit: Duration,
    /// When that time began.
    waits: FirstWait,
}

impl<'a> Tour<'a> {
    pub(super) fn new(fleet: &'a Driven, asked: Asked<'a>) -> Self {
        let limit = asked.call.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        Self {
            fleet,
            asked,
            tried: Vec::new(),
            current: None,
            limit,
            waits: FirstWait::default(),
        }
    }

    /// Makes the call at an instance, and at another one as long as nothing of it can have reached a
    /// handler, there is time for connecting, and the budget lasts. `check` refuses an address that the wire
    /// cannot use.
    pub(super) async fn run<M: Make>(
        &mut self,
        make: &M,
        check: impl Fn(&Endpoint) -> Result<()>,
    ) -> Result<M::Settled> {
        if !self.fleet.is_known() {
            self.waits.begins();
            self.fleet.known(self.limit).await?;
        }
        self.fleet.call();
        loop {
            let picked = self.fleet.pick(self.asked, &self.tried)?;
            check(picked.endpoint())?;
            let picked = self.current.insert(picked);
            let left = picked.among().saturating_sub(self.tried.len());
            let time = self.waits.left_of(self.limit);
            let attempt = Attempt {
                endpoint: picked.endpoint(),
                patience: patience(time, left, self.asked.call.deadline),
                connect_limit: self.limit,
                waits: Some(&self.waits),
            };
            let made = make.make(attempt).await;
            let picked = self.current.take();
            let error = match made {
                Ok(made) => return Ok(M::settle(made, picked)),
                Err(error) => error,
            };
            let Some(picked) = picked else {
                return Err(error);
            };
            self.tried.push(Arc::clone(picked.member()));
            self.failed(picked, &error);
            if !error.is_retryable() || !self.goes_on() {
                return Err(error);
            }
        }
    }

    /// Whether there is an instance, time and budget for another attempt.
    fn goes_on(&self) -> bool {
        let left = self.fleet.len().saturating_sub(self.tried.len());
        left > 0 && !self.waits.left_of(self.limit).is_zero() && self.fleet.may_retry()
    }

    /// Where the call is being made.
    pub(super) fn endpoint(&self) -> &Endpoint {
        match &self.current {
            Some(picked) => picked.endpoint(),
            None => self.fleet.nowhere(),
        }
    }

    /// The call has ended with this error before it was made: an instance that let its time pass has failed.
    pub(super) fn ended_early(&mut self, error: &Error) {
        if let Some(picked) = self.current.take() {
            self.failed(picked, error);
        }
    }

    /// An attempt has failed at the instance that was picked for it.
    fn failed(&self, picked: Picked<'_>, error: &Error) {
        if let Some(used) = self.asked.used {
            used.failed(picked.member());
        }
        picked.done(Outcome::of(error));
    }
}

/// How long a call waits for a connection to one of the instances that are `left`.
fn patience(time: Duration, left: usize, deadline: Option<Deadline>) -> Duration {
    match left.min(SHARED_AMONG) as u32 {
        0 | 1 => time,
        shares => {
            let time = deadline.map_or(time, |it| time.min(it.remaining()));
            (time / shares).max(MIN_PATIENCE.min(time / 2))
        }
    }
}
