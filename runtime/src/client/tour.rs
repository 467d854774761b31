//! The way of one call through the instances of a fleet.

use std::time::Duration;

use super::reach::Make;
use super::targets::MIN_PATIENCE;
use crate::call::Deadline;
use crate::error::{Error, Result};
use crate::fleet::{Asked, Driven, Mark, Outcome, Picked};
use crate::wire::client::{Attempt, FirstWait};
use crate::wire::io::{CONNECT_TIMEOUT, Endpoint};

/// Among how many instances a call shares the time that it has for connecting: one that does not answer
/// leaves as much for others.
const SHARED_AMONG: usize = 4;

/// The way of one call through the instances: each at most once.
pub(super) struct Tour<'a> {
    fleet: &'a Driven,
    asked: Asked<'a>,
    tried: Vec<Mark>,
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
        loop {
            let picked = self.fleet.pick(self.asked, &self.tried)?;
            let picked = self.current.insert(picked);
            check(picked.endpoint())?;
            let left = picked.among().saturating_sub(self.tried.len());
            // The first attempt earns. A call that finds one instance alone has no other one to go to, unless the list
            // grows meanwhile, and earns nothing.
            if left > 1 && self.tried.is_empty() {
                self.fleet.call();
            }
            let time = self.waits.left_of(self.limit);
            let attempt = Attempt {
                endpoint: picked.endpoint(),
                patience: patience(time, left, self.asked.call.deadline),
                connect_limit: self.limit,
                waits: Some(&self.waits),
            };
            let error = match make.make(attempt).await {
                Ok(made) => return Ok(M::settle(made, self.current.take())),
                Err(error) => error,
            };
            self.ended(&error);
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

    /// An attempt has failed, or has ended early: an instance that let its time pass has failed.
    #[cold]
    pub(super) fn ended(&mut self, error: &Error) {
        let Some(picked) = self.current.take() else {
            return;
        };
        if let Some(member) = picked.member() {
            self.tried.push(member.mark());
            if let Some(used) = self.asked.used {
                used.failed(member);
            }
        }
        picked.done(Outcome::of(error));
    }
}

/// How long a call waits for a connection to one of the instances that are `left`.
#[inline]
fn patience(time: Duration, left: usize, deadline: Option<Deadline>) -> Duration {
    match left {
        0 | 1 => time,
        _ => shared(time, left.min(SHARED_AMONG) as u32, deadline),
    }
}

fn shared(time: Duration, shares: u32, deadline: Option<Deadline>) -> Duration {
    let time = deadline.map_or(time, |it| time.min(it.remaining()));
    (time / shares).max(MIN_PATIENCE.min(time / 2))
}
