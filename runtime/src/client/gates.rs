//! The circuit breakers of a client that has no other middleware. They are asked before a call, and told how it
//! has ended. For that a call needs no chain of middleware, which would be shown a copy of the call.

use std::any::Any;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::configured::Guard;
use super::observe::Observed;
use super::options::CallOptions;
use crate::breaker::{CircuitBreaker, Known, LetThrough, Moment};
use crate::call::Outgoing;
use crate::error::{Error, Result};
use crate::middleware::{ErasedCall, Installed};

/// The gates of a client's calls. `None` of one kind: its calls have other middleware, or none.
#[derive(Debug, Default)]
pub(super) struct AllGates {
    pub(super) unary: Option<Gates>,
    pub(super) streams: Option<Gates>,
}

impl AllGates {
    pub(super) fn of(installed: &Installed) -> Self {
        let streams = Gates::of(&installed.streams.all);
        Self {
            unary: Gates::of(&installed.unary.all),
            // Middleware of messages is shown the call.
            streams: streams.filter(|_| !installed.has_messages()),
        }
    }
}

/// What stands before all calls of one kind.
#[derive(Debug, Default)]
pub(super) struct Gates {
    /// The outer one.
    guard: Option<Guard>,
    breaker: Option<CircuitBreaker>,
}

impl Gates {
    /// `None` if the chain has any other middleware.
    fn of(chain: &[Arc<dyn ErasedCall>]) -> Option<Self> {
        let mut gates = Self::default();
        for middleware in chain {
            let middleware: &dyn Any = &**middleware;
            let breaker = middleware.downcast_ref::<CircuitBreaker>();
            let is_first = gates.breaker.is_none();
            match (middleware.downcast_ref::<Guard>(), breaker) {
                (Some(guard), _) if is_first => gates.guard = Some(guard.clone()),
                (_, Some(breaker)) if is_first && breaker.is_gate() => {
                    gates.breaker = Some(breaker.clone());
                }
                _ => return None,
            }
        }
        (!chain.is_empty()).then_some(gates)
    }

    /// Lets a call through, as nearly all, without asking anybody who is told of calls. `None`: it has to
    /// [`enter`](Self::enter).
    #[inline]
    fn passes<'a>(&'a self, known: Option<&'a Known>) -> Option<LetThrough<'a>> {
        match (&self.guard, &self.breaker) {
            (None, Some(breaker)) => breaker.passes(known),
            _ => None,
        }
    }

    fn enter<'a>(
        &'a self,
        call: &Outgoing,
        known: Option<&'a Known>,
    ) -> Result<Option<LetThrough<'a>>> {
        if let Some(guard) = &self.guard
            && let ControlFlow::Break(entered) = guard.enter(call)?
        {
            return Ok(entered);
        }
        let breaker = self.breaker.as_ref();
        breaker.map_or(Ok(None), |breaker| breaker.enter(call, known))
    }
}

/// The gates of one call.
#[derive(Clone, Copy)]
pub(super) struct CallGates<'a> {
    gates: Option<&'a Gates>,
    /// Where the client keeps the breaker of the method.
    known: Option<&'a Known>,
}

impl<'a> CallGates<'a> {
    /// A call with middleware of its own goes through the whole chain.
    pub(super) fn of(
        gates: Option<&'a Gates>,
        known: Option<&'a Known>,
        options: &CallOptions,
    ) -> Self {
        Self {
            gates: gates.filter(|_| options.middleware.0.is_empty()),
            // The names of a call that names its method itself are not those of other calls.
            known: known.filter(|_| options.names.is_none()),
        }
    }

    /// Whether they are all the middleware that the call has.
    pub(super) fn are_all(self) -> bool {
        self.gates.is_some()
    }

    /// Asks the gates, inside the call's span.
    ///
    /// # Errors
    /// A gate refuses the call.
    #[inline]
    pub(super) fn enter(
        self,
        observed: &Observed,
        call: &Outgoing,
    ) -> Result<Option<LetThrough<'a>>> {
        let Some(gates) = self.gates else {
            return Ok(None);
        };
        if let Some(through) = gates.passes(self.known) {
            return Ok(Some(through));
        }
        observed.within(|| gates.enter(call, self.known))
    }
}

/// Tells the breaker that has let the call through how the call has ended, inside the call's span. Neither an
/// exception that the IDL declares nor a business status is an error there. `at` is when it ended, if somebody
/// has looked at the clock already.
#[inline]
pub(super) fn ended(
    through: Option<LetThrough<'_>>,
    observed: &Observed,
    call: &Outgoing,
    error: Option<&Error>,
    at: Option<Moment>,
) {
    let Some(through) = through else {
        return;
    };
    let now = at.unwrap_or_else(Moment::now);
    if error.is_none() && through.succeeded(now) {
        return;
    }
    let error = error.filter(|error| error.biz_status().is_none());
    observed.within(|| through.ended(call, error, now));
}
