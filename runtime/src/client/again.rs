//! Calls without stream that are made again by a policy.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;
use tokio::time::{Instant, sleep};

use super::observe::Request;
use super::options::CallOptions;
use super::reach::At;
use crate::call::{Deadline, Outgoing};
use crate::context::Context;
use crate::error::Result;
use crate::fleet::Used;
use crate::measure::{self, NotRetried, Retried};
use crate::metainfo;
use crate::middleware::CallInfo;
use crate::retry::{Lately, Next, Racing, RetryPolicy};
use crate::wire::client::{Reply, UnaryWire};

/// The persistent metainfo of a call that is made again, as in Kitex: the number of retries so far. Over gRPC
/// it arrives in upper case.
const RETRY_REQUEST: &str = "RetryReq";

/// The policy of one call.
#[derive(Debug)]
pub(super) struct Retrying {
    policy: Arc<RetryPolicy>,
    lately: Arc<Lately>,
    /// How long each attempt may take.
    timeout: Option<Duration>,
    /// The instances where it was tried.
    used: Used,
}

impl Retrying {
    /// The policy of a call. `None` if it belongs to a call that is being made again itself.
    pub(super) fn of(
        policy: (Arc<RetryPolicy>, Arc<Lately>),
        options: &CallOptions,
        limit: Option<Duration>,
    ) -> Option<Self> {
        let (policy, lately) = policy;
        let is_retried = |context: &Context| {
            let value = |key: &str| context.persistent_metainfo(key).is_some();
            value(RETRY_REQUEST) || value("RETRYREQ")
        };
        let in_chain = options.context.as_ref().is_some_and(is_retried);
        let stopped = in_chain && policy.stops_in_chain();
        (!stopped).then(|| Self {
            policy,
            lately,
            timeout: options.timeout.or(limit),
            used: Used::default(),
        })
    }

    /// When all attempts must be over, if that of one is `deadline`, and the handler that makes the call
    /// must be over at `outer`.
    pub(super) fn deadline(&self, outer: Option<Deadline>) -> Option<Deadline> {
        let all = self.timeout.map(|timeout| Deadline {
            timeout,
            ..Deadline::after(self.policy.longest(timeout))
        });
        Deadline::sooner(all, outer)
    }

    /// The call as its n-th retry sends it. The first attempt without a time limit of its own is the call itself.
    fn attempt<'c>(&self, call: &'c Outgoing, nth: u32, has_metainfo: bool) -> Cow<'c, Outgoing> {
        if nth == 0 && self.timeout.is_none() {
            return Cow::Borrowed(call);
        }
        let mut attempt = call.clone();
        attempt.deadline = Deadline::sooner(self.timeout.map(Deadline::after), call.deadline);
        if nth > 0 && has_metainfo {
            let key = metainfo::persistent_key(RETRY_REQUEST);
            attempt.metainfo.insert(key, FastStr::from(nth.to_string()));
        }
        Cow::Owned(attempt)
    }

    /// Whether the call, which began at `began`, may be made for the n-th time more.
    fn may(&self, nth: u32, began: Instant) -> bool {
        let in_time = |longest| began.elapsed() < longest;
        if nth > self.policy.retries() || !self.policy.duration().is_none_or(in_time) {
            return false;
        }
        let stopped = self.policy.is_stopped(self.lately.counts());
        if stopped {
            measure::not_retried(NotRetried::ErrorRate);
        }
        !stopped
    }
}

impl<'a> At<'a, dyn UnaryWire> {
    /// Makes the call as its policy says.
    pub(super) async fn again(
        self,
        retrying: &'a Retrying,
        call: &'a Outgoing,
        request: &'a Request<'a>,
        info: Option<&'a CallInfo>,
    ) -> Result<Reply> {
        let (policy, began) = (&*retrying.policy, Instant::now());
        let attempt = |nth: u32| async move {
            let call = retrying.attempt(call, nth, self.wire.abilities().metainfo);
            let made = self
                .attempt(Some(&retrying.used), &call, request, info)
                .await;
            retrying.lately.count(&made);
            made
        };
        let (mut racing, mut retries) = (Racing::of(attempt(0)), 0);
        let mut company = policy.delay().map(|delay| Box::pin(sleep(delay)));
        loop {
            let waiting = async {
                match &mut company {
                    Some(sleep) => sleep.as_mut().await,
                    None => std::future::pending().await,
                }
            };
            let made = tokio::select! {
                biased;
                made = racing.next() => Some(made),
                () = waiting => None,
            };
            // The policy may ask code of the user, so it is asked once for each result.
            let next = made.as_ref().map(|made| policy.after(made));
            let wanted = next.as_ref().is_none_or(|next| *next == Next::Again);
            let may = wanted && retrying.may(retries + 1, began);
            let reason = match made {
                Some(_) => Retried::Failure,
                None => Retried::Backup,
            };
            if let Some(made) = made {
                match next {
                    Some(Next::Again) if may => sleep(policy.pause()).await,
                    Some(Next::Again) if !racing.is_empty() => continue,
                    _ => return made,
                }
            }
            if may {
                retries += 1;
                measure::retried(reason);
                racing.push(attempt(retries));
            }
            company = policy
                .delay()
                .filter(|_| may)
                .map(|delay| Box::pin(sleep(delay)));
        }
    }
}
