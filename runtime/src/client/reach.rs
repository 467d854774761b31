//! Making a call at one of its addresses.

use std::sync::Arc;

use tokio::time::timeout_at;

use super::observe::{self, Observed};
use super::service_client::ServiceClient;
use super::targets::Targets;
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::{Error, Result};
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
        info: Option<&CallInfo>,
    ) -> Result<Arc<dyn ClientRaw>> {
        let open = |to| self.wire.open(self.noted(to, info), call);
        self.reach(call, open).await
    }
}

impl<'a> At<'a, dyn UnaryWire> {
    /// Makes a call without stream. Notes its address in `info`.
    pub(super) async fn call(
        self,
        call: &'a Outgoing,
        args: &'a (dyn Encode + Sync),
        info: Option<&CallInfo>,
    ) -> Result<Reply> {
        let request = self.observed.request(args);
        let made = self.once(call, &request, info).await;
        self.observed.count(call.method.mode, &request, &made);
        made
    }

    async fn once(
        self,
        call: &'a Outgoing,
        request: &'a observe::Request<'_>,
        info: Option<&CallInfo>,
    ) -> Result<Reply> {
        let make = |to| {
            let to = self.noted(to, info);
            self.wire.unary(to, call, request.message())
        };
        self.reach(call, make).await
    }
}

impl<'a, W: Wire + ?Sized> At<'a, W> {
    /// Notes the address of an attempt for the call's hooks and in its span.
    fn noted(&self, to: Attempt<'a>, info: Option<&CallInfo>) -> Attempt<'a> {
        if let Some(info) = info {
            info.goes_to(to.endpoint);
        }
        self.observed.at(to)
    }

    /// Makes a call; every call goes through this function. It picks an endpoint and lets `make`
    /// make the call there. It goes on to the next endpoint as long as nothing of the call can have
    /// reached a handler. The call ends early at its deadline, or when the handler that makes it
    /// ends, even during a dial; one whose deadline has passed is not made. A call with its `own` address uses no other endpoint.
    async fn reach<T>(
        self,
        call: &Outgoing,
        make: impl Fn(Attempt<'a>) -> BoxFuture<'a, Result<T>>,
    ) -> Result<T> {
        let limit = call.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let mut turn = self.targets().turn(limit, call.deadline);
        // A timer goes off a millisecond later at the soonest, and a near server answers sooner.
        if Deadline::is_past(call.deadline) {
            return Err(self.early(Early::DeadlinePassed, call, turn.endpoint()));
        }
        let made = async {
            loop {
                match make(turn.attempt()).await {
                    Err(error) if error.is_retryable() && turn.go_on(&error) => {}
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

    /// Runs the middleware of a call, which makes the call, within the same bounds as an attempt.
    pub(super) async fn bounded<T>(
        self,
        call: &Outgoing,
        made: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match self.within(call, made).await {
            Ok(made) => made,
            Err(early) => Err(self.early(early, call, self.targets().first())),
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

    fn targets(&self) -> &'a Targets {
        self.own.unwrap_or_else(|| self.client.channel().targets())
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
