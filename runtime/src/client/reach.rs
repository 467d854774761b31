//! Making a call at one of its addresses.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::again::Retrying;
use super::channel::Servers;
use super::fleet_stream::FleetStream;
use super::observe::{self, Observed};
use super::service_client::ServiceClient;
use super::targets::Targets;
use super::tour::Tour;
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::{Error, Result};
use crate::fleet::{Asked, Driven, Outcome, Picked, Used};
use crate::measure::{self, Retried};
use crate::middleware::CallInfo;
use crate::wire::ClientRaw;
use crate::wire::client::{Attempt, BoxFuture, Reply, StreamWire, UnaryWire, Wire};
use crate::wire::io::{CONNECT_TIMEOUT, Endpoint};

/// The wire and the address of a call that is being made.
pub(super) struct At<'a, W: ?Sized> {
    pub(super) client: &'a ServiceClient,
    pub(super) wire: &'a W,
    /// The address that the call has set, instead of the channel's addresses.
    pub(super) own: Option<&'a Targets>,
    pub(super) observed: &'a Observed,
    /// How the call is made again, if by a policy.
    pub(super) retrying: Option<&'a Retrying>,
}

impl<W: ?Sized> Clone for At<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: ?Sized> Copy for At<'_, W> {}

impl<'a> At<'a, dyn StreamWire> {
    /// Opens a stream. Notes its address in `info`.
    pub(super) async fn open(
        self,
        call: &'a Outgoing,
        info: Option<&'a CallInfo>,
    ) -> Result<Arc<dyn ClientRaw>> {
        let at = self;
        let used = None;
        let asked = Asked { call, info, used };
        self.reach(asked, &Open { at, call, info }).await
    }
}

impl<'a> At<'a, dyn UnaryWire> {
    /// Makes a call without stream. Notes its address in `info`.
    pub(super) async fn call(
        self,
        call: &'a Outgoing,
        args: &'a (dyn Encode + Sync),
        info: Option<&'a CallInfo>,
    ) -> Result<Reply> {
        let request = &self.observed.request(args);
        let made = match self.retrying {
            None => self.attempt(None, call, request, info).await,
            // Boxed, so that other calls are no larger for it.
            Some(retrying) => Box::pin(self.again(retrying, call, request, info)).await,
        };
        self.observed.count(call.method.mode, request, &made);
        made
    }

    /// Makes the call once. `used` are the instances where it has been tried before.
    pub(super) async fn attempt(
        self,
        used: Option<&Used>,
        call: &Outgoing,
        request: &observe::Request<'_>,
        info: Option<&CallInfo>,
    ) -> Result<Reply> {
        let at = self;
        let exchange = Exchange {
            at,
            call,
            request,
            info,
        };
        self.reach(Asked { call, info, used }, &exchange).await
    }
}

/// How a call is made at one address.
pub(super) trait Make: Sync {
    /// What comes of it.
    type Made;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Self::Made>>;

    /// Hands over the instance that was picked for the call, which began at `began` and has succeeded.
    fn settle(made: Self::Made, picked: Picked, began: Instant) -> Self::Made;
}

/// Opens a stream.
struct Open<'a> {
    at: At<'a, dyn StreamWire>,
    call: &'a Outgoing,
    info: Option<&'a CallInfo>,
}

impl Make for Open<'_> {
    type Made = Arc<dyn ClientRaw>;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Self::Made>> {
        self.at.wire.open(self.at.noted(to, self.info), self.call)
    }

    fn settle(raw: Self::Made, picked: Picked, began: Instant) -> Self::Made {
        Arc::new(FleetStream::new(raw, picked, began))
    }
}

/// Makes a call without stream.
struct Exchange<'a> {
    at: At<'a, dyn UnaryWire>,
    call: &'a Outgoing,
    request: &'a observe::Request<'a>,
    info: Option<&'a CallInfo>,
}

impl Make for Exchange<'_> {
    type Made = Reply;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Reply>> {
        let to = self.at.noted(to, self.info);
        self.at.wire.unary(to, self.call, self.request.message())
    }

    fn settle(reply: Reply, picked: Picked, began: Instant) -> Reply {
        picked.done(Outcome::Served, began);
        reply
    }
}

impl<'a, W: Wire + ?Sized> At<'a, W> {
    /// Notes the address of an attempt for the call's hooks and in its span.
    fn noted<'b>(&self, to: Attempt<'b>, info: Option<&CallInfo>) -> Attempt<'b> {
        if let Some(info) = info {
            info.goes_to(to.endpoint);
        }
        self.observed.at(to)
    }

    /// Makes a call; every call goes through this function. It picks an endpoint and lets `make`
    /// make the call there. It goes on to the next endpoint as long as nothing of the call can have
    /// reached a handler. The call ends early at its deadline, or when the handler that makes it
    /// ends, even during a dial; one whose deadline has passed is not made. A call with its `own` address uses no other endpoint.
    async fn reach<M: Make>(self, asked: Asked<'_>, make: &M) -> Result<M::Made> {
        match (self.own, self.client.channel().servers()) {
            (Some(targets), _) | (None, Servers::Fixed(targets)) => {
                self.in_turn(targets, asked.call, make).await
            }
            // Boxed, so that other calls are no larger for it.
            (None, Servers::Fleet(fleet)) => Box::pin(self.among(fleet, asked, make)).await,
        }
    }

    /// Makes a call at the next of these addresses.
    async fn in_turn<M: Make>(
        self,
        targets: &Targets,
        call: &Outgoing,
        make: &M,
    ) -> Result<M::Made> {
        let limit = call.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let mut turn = targets.turn(limit, call.deadline);
        // A timer goes off a millisecond later at the soonest, and a near server answers sooner.
        if Deadline::is_past(call.deadline) {
            return Err(self.early(Early::DeadlinePassed, call, turn.endpoint()));
        }
        let made = async {
            loop {
                match make.make(turn.attempt()).await {
                    Err(error) if error.is_retryable() && turn.go_on(&error) => {
                        measure::retried(Retried::Unreached);
                    }
                    Err(error) if error.is_retryable() => return Err(error),
                    made => {
                        turn.reached();
                        return made;
                    }
                }
            }
        };
        match self.within(call, made).await {
            Ok(made) => made,
            Err(early) => Err(self.early(early, call, turn.endpoint())),
        }
    }

    /// Makes a call at an instance of a fleet.
    async fn among<M: Make>(self, fleet: &Driven, asked: Asked<'_>, make: &M) -> Result<M::Made> {
        if Deadline::is_past(asked.call.deadline) {
            return Err(self.early(Early::DeadlinePassed, asked.call, fleet.nowhere()));
        }
        let mut tour = Tour::new(fleet, asked);
        let check = |endpoint: &Endpoint| {
            let channel = self.client.channel();
            channel.check_endpoint(endpoint, self.wire.abilities())
        };
        let made = self.within(asked.call, tour.run(make, check)).await;
        made.unwrap_or_else(|early| {
            let error = self.early(early, asked.call, tour.endpoint());
            tour.ended_early(&error);
            Err(error)
        })
    }

    /// Runs the middleware of a call, which makes the call, within the same bounds as an attempt.
    pub(super) async fn bounded<T>(
        self,
        call: &Outgoing,
        made: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match self.within(call, made).await {
            Ok(made) => made,
            Err(early) => Err(self.early(early, call, self.first())),
        }
    }

    /// The same call, at another address.
    pub(super) fn moved<'b>(self, own: Option<&'b Targets>) -> At<'b, W>
    where
        'a: 'b,
    {
        let own = own.or(self.own);
        At { own, ..self }
    }

    /// One of the addresses, for errors of calls that went to none.
    fn first(&self) -> &'a Endpoint {
        match (self.own, self.client.channel().servers()) {
            (Some(targets), _) | (None, Servers::Fixed(targets)) => targets.first(),
            (None, Servers::Fleet(fleet)) => fleet.nowhere(),
        }
    }

    /// Makes the call, unless its deadline, its parent or its channel ends it before.
    async fn within<M: Future>(&self, call: &Outgoing, made: M) -> Result<M::Output, Early> {
        tokio::select! {
            biased;
            made = within(call, made) => made,
            reason = self.client.channel().life().killed() => Err(Early::ByParent(reason)),
        }
    }

    /// The error of a call that ended before it was made.
    fn early(&self, early: Early, call: &Outgoing, endpoint: &Endpoint) -> Error {
        match early {
            Early::DeadlinePassed => self.wire.deadline_passed(call, endpoint),
            Early::ByParent(reason) => self.wire.parent_ended(&reason),
        }
    }
}

/// Why a call ended before it was made.
enum Early {
    DeadlinePassed,
    ByParent(Error),
}

async fn within<M: Future>(call: &Outgoing, made: M) -> Result<M::Output, Early> {
    let made = async {
        match call.deadline {
            None => Ok(made.await),
            Some(deadline) => {
                let made = timeout_at(deadline.at, made).await;
                made.map_err(|_| Early::DeadlinePassed)
            }
        }
    };
    match &call.parent {
        None => made.await,
        Some(parent) => tokio::select! {
            biased;
            made = made => made,
            reason = parent.cancelled() => Err(Early::ByParent(reason)),
        },
    }
}
