//! Calls without stream that are made again by a policy.

use std::future::pending;
use std::pin::Pin;
use std::time::Duration;

use faststr::FastStr;
use tokio::time::{Instant, Sleep, sleep};

use super::observe::Request;
use super::options::CallOptions;
use super::reach::{Answered, At};
use crate::breaker::{Counted, Moment};
use crate::call::{Deadline, Outgoing};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fleet::Used;
use crate::measure::{self, NotRetried, Retried};
use crate::metainfo;
use crate::middleware::CallInfo;
use crate::retry::{self, Lately, Next, Policy, Racing, RetryPolicy};
use crate::wire::client::UnaryWire;

/// The persistent metainfo of a call that is made again, as in Kitex: the number of retries so far. Over gRPC
/// it arrives in upper case.
const RETRY_REQUEST: &str = "RetryReq";

/// The policy of one call.
#[derive(Debug)]
pub(super) struct Retrying<'a> {
    policy: &'a RetryPolicy,
    lately: &'a Lately,
    /// How long each attempt may take.
    timeout: Option<Duration>,
    /// When all attempts must be over.
    whole: Option<Deadline>,
    /// The instances where it was tried.
    used: Used,
}

impl<'a> Retrying<'a> {
    /// The policy of a call. `None` if it belongs to a call that is being made again itself.
    #[inline]
    pub(super) fn of(
        (policy, lately): &'a Policy<'_>,
        options: &CallOptions,
        limit: Option<Duration>,
    ) -> Option<Self> {
        let context = options.context.as_ref();
        if policy.stops_in_chain() && context.is_some_and(is_retried) {
            return None;
        }
        let timeout = options.timeout.or(limit);
        let whole = match (timeout, context) {
            (None, None) => None,
            _ => whole(policy, timeout, context),
        };
        let races = policy.delay().is_some();
        Some(Self {
            policy,
            lately,
            timeout,
            whole,
            used: Used::new(races),
        })
    }

    /// When all attempts must be over.
    pub(super) fn whole(&self) -> Option<Deadline> {
        self.whole
    }

    /// Whether an attempt may get company before it has ended.
    pub(super) fn races(&self) -> bool {
        self.policy.delay().is_some()
    }

    /// When a call begins, if its policy asks for that.
    #[inline]
    pub(super) fn begin(&self) -> Option<Instant> {
        self.policy.duration().map(|_| Instant::now())
    }

    /// The call as its first attempt sends it, if that is another one: a call that no middleware is shown has
    /// the deadline of its first attempt, and middleware is shown that of all attempts.
    #[inline]
    pub(super) fn first(&self, call: &Outgoing, info: Option<&CallInfo>) -> Option<Box<Outgoing>> {
        let limited = info.is_some() && self.timeout.is_some();
        limited.then(|| self.retry(call, 0, call.deadline, false))
    }

    pub(super) fn used(&self) -> &Used {
        &self.used
    }

    /// An attempt has ended so. Returns what follows from that. The policy may ask code of the user, so it is
    /// asked once for each result.
    #[inline]
    pub(super) fn after(&self, made: &mut Result<Answered>) -> Next {
        match made {
            Ok(answered) => {
                let now = *answered.at.get_or_insert_with(Moment::now);
                self.lately.count(Counted::Success, now);
                Next::Ends
            }
            Err(error) => self.after_error(error),
        }
    }

    #[cold]
    fn after_error(&self, error: &Error) -> Next {
        self.lately.count(retry::counted(error), Moment::now());
        self.policy.after(error)
    }

    /// The call as its n-th retry sends it, and as it must be over at `whole`.
    fn retry(
        &self,
        call: &Outgoing,
        nth: u32,
        whole: Option<Deadline>,
        has_metainfo: bool,
    ) -> Box<Outgoing> {
        let mut retry = Box::new(call.clone());
        retry.deadline = Deadline::sooner(self.timeout.map(Deadline::after), whole);
        if nth > 0 && has_metainfo {
            let key = metainfo::persistent_key(RETRY_REQUEST);
            retry.metainfo.insert(key, FastStr::from(nth.to_string()));
        }
        retry
    }

    /// Whether the call, which began at `began` if its policy asks for that, may be made for the n-th time more.
    fn may(&self, nth: u32, began: Option<Instant>) -> bool {
        let times = began.zip(self.policy.duration());
        let in_time = times.is_none_or(|(began, longest)| began.elapsed() < longest);
        if nth > self.policy.retries() || !in_time {
            return false;
        }
        let stopped = self.policy.is_stopped(self.lately.counts());
        if stopped {
            measure::not_retried(NotRetried::ErrorRate);
        }
        !stopped
    }
}

/// Whether the call that a handler serves is being made again itself.
fn is_retried(context: &Context) -> bool {
    let value = |key: &str| context.persistent_metainfo(key).is_some();
    value(RETRY_REQUEST) || value("RETRYREQ")
}

/// When all attempts must be over, of which each may take `timeout`.
fn whole(
    policy: &RetryPolicy,
    timeout: Option<Duration>,
    context: Option<&Context>,
) -> Option<Deadline> {
    let all = timeout.map(|timeout| Deadline {
        timeout,
        ..Deadline::after(policy.longest(timeout))
    });
    // The handler that makes the call must be over by then, too.
    Deadline::sooner(all, context.and_then(Context::time_limit))
}

/// A call that is made by a policy.
#[derive(Clone, Copy)]
pub(super) struct Again<'a> {
    pub(super) retrying: &'a Retrying<'a>,
    pub(super) call: &'a Outgoing,
    pub(super) request: &'a Request<'a>,
    pub(super) info: Option<&'a CallInfo>,
    /// When it began; see [`Retrying::begin`].
    pub(super) began: Option<Instant>,
}

impl<'a> Again<'a> {
    /// When all attempts must be over.
    fn whole(&self) -> Option<Deadline> {
        match self.info {
            None => self.retrying.whole,
            // A middleware may have set an earlier time.
            Some(_) => self.call.deadline,
        }
    }

    /// The n-th attempt.
    async fn attempt(self, at: At<'a, dyn UnaryWire>, nth: u32) -> Result<Answered> {
        let Self {
            retrying,
            call,
            request,
            info,
            ..
        } = self;
        let has_metainfo = at.wire.abilities().metainfo;
        let other = match nth {
            0 => retrying.first(call, info),
            _ => Some(retrying.retry(call, nth, self.whole(), has_metainfo)),
        };
        let call = other.as_deref().unwrap_or(call);
        at.attempt(Some(&retrying.used), call, request, info).await
    }
}

impl<'a> At<'a, dyn UnaryWire> {
    /// Makes a call again as its policy says. Its first attempt has `failed`, or is not made yet.
    pub(super) async fn again(
        self,
        again: Again<'a>,
        mut failed: Option<Result<Answered>>,
    ) -> Result<Answered> {
        let Again {
            retrying,
            call,
            began,
            ..
        } = again;
        let policy = retrying.policy;
        let (mut racing, mut retries) = (Racing::new(), 0);
        if failed.is_none() {
            racing.push(again.attempt(self, 0));
        }
        let mut company = policy.delay().map(|delay| Box::pin(sleep(delay)));
        loop {
            let (made, next) = match failed.take() {
                Some(failed) => (Some(failed), Next::Again),
                None => {
                    let mut made = raced(&mut racing, company.as_mut()).await;
                    // Nothing has ended: one that is made besides is wanted.
                    let next = made
                        .as_mut()
                        .map_or(Next::Again, |made| retrying.after(made));
                    (made, next)
                }
            };
            let in_time = !Deadline::is_past(again.whole());
            let may = next == Next::Again && in_time && retrying.may(retries + 1, began);
            let reason = match made {
                Some(_) => Retried::Failure,
                None => Retried::Backup,
            };
            if let Some(made) = made {
                match next {
                    Next::Again if may => self.pause(policy.pause(), again.whole(), call).await?,
                    Next::Again if !racing.is_empty() => continue,
                    _ => return made,
                }
            }
            if may {
                retries += 1;
                measure::retried(reason);
                racing.push(again.attempt(self, retries));
            }
            company = policy
                .delay()
                .filter(|_| may)
                .map(|delay| Box::pin(sleep(delay)));
        }
    }
}

/// The next attempt that ends. `None`: the time for company comes first.
async fn raced<T>(racing: &mut Racing<'_, T>, company: Option<&mut Pin<Box<Sleep>>>) -> Option<T> {
    let waiting = async {
        match company {
            Some(sleep) => sleep.await,
            None => pending().await,
        }
    };
    tokio::select! {
        biased;
        made = racing.next() => Some(made),
        () = waiting => None,
    }
}
