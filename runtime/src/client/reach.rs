//! Making a call at one of its addresses.

use std::pin::pin;
use std::sync::Arc;

use super::again::{Again, Retrying};
use super::bounds::Early;
use super::channel::Servers;
use super::fleet_stream::FleetStream;
use super::observe::{self, Observed};
use super::service_client::ServiceClient;
use super::targets::Targets;
use super::tour::Tour;
use crate::breaker::Moment;
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::Result;
use crate::fleet::{Asked, Driven, Outcome, Picked, Used};
use crate::measure::{self, Retried};
use crate::middleware::CallInfo;
use crate::retry::Next;
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
    pub(super) retrying: Option<&'a Retrying<'a>>,
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
    ) -> Result<Answered> {
        let request = &self.observed.request(args);
        let retrying = self.retrying;
        let again = retrying.map(|retrying| Again {
            retrying,
            call,
            request,
            info,
            began: retrying.begin(),
        });
        // Nearly all calls have one attempt: what makes them again is boxed, so that they are no larger for it.
        let made = match again {
            Some(again) if again.retrying.races() => Box::pin(self.again(again, None)).await,
            _ => {
                let other = retrying.and_then(|retrying| retrying.first(call, info));
                let first = other.as_deref().unwrap_or(call);
                let used = retrying.map(Retrying::used);
                let mut made = self.attempt(used, first, request, info).await;
                match again {
                    Some(again) if again.retrying.after(&mut made) == Next::Again => {
                        Box::pin(self.again(again, Some(made))).await
                    }
                    _ => made,
                }
            }
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
    ) -> Result<Answered> {
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

/// The reply to a call without stream.
pub(super) struct Answered {
    pub(super) reply: Reply,
    /// When it came, if somebody has looked at the clock for it. Whoever else has to know it looks here first:
    /// the clock takes as long as some of what is timed.
    pub(super) at: Option<Moment>,
}

/// Where a call may go.
enum Places<'a> {
    Fixed(&'a Targets),
    Fleet(&'a Driven),
}

/// How a call is made at one address.
pub(super) trait Make: Sync {
    /// What the wire makes of it.
    type Made;
    /// What comes of it.
    type Settled;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Self::Made>>;

    /// The call has succeeded, at the instance that was `picked` for it, if one was.
    fn settle(made: Self::Made, picked: Option<Picked<'_>>) -> Self::Settled;
}

/// Opens a stream.
struct Open<'a> {
    at: At<'a, dyn StreamWire>,
    call: &'a Outgoing,
    info: Option<&'a CallInfo>,
}

impl Make for Open<'_> {
    type Made = Arc<dyn ClientRaw>;
    type Settled = Arc<dyn ClientRaw>;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Self::Made>> {
        self.at.wire.open(self.at.noted(to, self.info), self.call)
    }

    fn settle(raw: Self::Made, picked: Option<Picked<'_>>) -> Self::Made {
        match picked {
            None => raw,
            Some(picked) => Arc::new(FleetStream::new(raw, picked.opened())),
        }
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
    type Settled = Answered;

    fn make<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<Reply>> {
        let to = self.at.noted(to, self.info);
        self.at.wire.unary(to, self.call, self.request.message())
    }

    fn settle(reply: Reply, picked: Option<Picked<'_>>) -> Answered {
        let at = picked.and_then(|picked| picked.done(Outcome::Served));
        Answered { reply, at }
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

    /// Makes a call once: picks an endpoint and lets `make` make the call there. Goes on to the next
    /// endpoint as long as nothing of the call can have reached a handler. The call ends early at its
    /// deadline, or when the handler that makes it ends, even during a dial; one whose deadline has passed
    /// is not made.
    async fn reach<M: Make>(self, asked: Asked<'_>, make: &M) -> Result<M::Settled> {
        match self.places() {
            Places::Fixed(targets) => self.in_turn(targets, asked.call, make).await,
            Places::Fleet(fleet) => self.among(fleet, asked, make).await,
        }
    }

    /// Where the call may go. One with its `own` address uses no other endpoint.
    fn places(self) -> Places<'a> {
        match (self.own, self.client.channel().servers()) {
            (Some(targets), _) | (None, Servers::Fixed(targets)) => Places::Fixed(targets),
            (None, Servers::Fleet(fleet)) => Places::Fleet(fleet),
        }
    }

    /// Makes a call at the next of these addresses.
    async fn in_turn<M: Make>(
        self,
        targets: &Targets,
        call: &Outgoing,
        make: &M,
    ) -> Result<M::Settled> {
        let limit = call.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let mut turn = targets.turn(limit, call.deadline);
        // A timer goes off a millisecond later at the soonest, and a near server answers sooner.
        if Deadline::is_past(call.deadline) {
            return Err(self.early(Early::DeadlinePassed, call, turn.endpoint()));
        }
        let making = async {
            loop {
                match make.make(turn.attempt()).await {
                    Err(error) if error.is_retryable() && turn.go_on(&error) => {
                        measure::retried(Retried::Unreached);
                    }
                    Err(error) if error.is_retryable() => return Err(error),
                    made => {
                        turn.reached();
                        return made.map(|made| M::settle(made, None));
                    }
                }
            }
        };
        let made = {
            let making = pin!(making);
            self.within(call, making).await
        };
        made.unwrap_or_else(|early| Err(self.early(early, call, turn.endpoint())))
    }

    /// Makes a call at an instance of a fleet.
    async fn among<M: Make>(
        self,
        fleet: &Driven,
        asked: Asked<'_>,
        make: &M,
    ) -> Result<M::Settled> {
        if Deadline::is_past(asked.call.deadline) {
            return Err(self.early(Early::DeadlinePassed, asked.call, fleet.nowhere()));
        }
        let mut tour = Tour::new(fleet, asked);
        let check = |endpoint: &Endpoint| {
            let channel = self.client.channel();
            channel.check_endpoint(endpoint, self.wire)
        };
        let made = {
            let making = pin!(tour.run(make, check));
            self.within(asked.call, making).await
        };
        made.unwrap_or_else(|early| {
            let error = self.early(early, asked.call, tour.endpoint());
            tour.ended(&error);
            Err(error)
        })
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
    pub(super) fn first(&self) -> &'a Endpoint {
        match self.places() {
            Places::Fixed(targets) => targets.first(),
            Places::Fleet(fleet) => fleet.nowhere(),
        }
    }
}
