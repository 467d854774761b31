//! An instance that was picked for a call.

use std::sync::Arc;

use tokio::time::Instant;

use super::driver::Inner;
use super::events;
use super::member::{Member, Outcome};
use crate::wire::io::Endpoint;

/// An instance that was picked for a call, until the call or its stream has ended. If it is dropped without
/// [`done`](Self::done), nobody knows how the call went.
pub(crate) struct Picked {
    fleet: Arc<Inner>,
    member: Arc<Member>,
    /// Whether the call has become an open stream.
    stream: bool,
    over: bool,
}

impl Picked {
    pub(super) fn new(fleet: Arc<Inner>, member: Arc<Member>) -> Self {
        member.call_begins();
        member.health.taken(Instant::now);
        member.breaker_begins(fleet.settings());
        let picked = Self {
            fleet,
            member,
            stream: false,
            over: false,
        };
        picked.tell(|picker, index, member| picker.begun(index, member));
        picked
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        self.member.instance().endpoint()
    }

    pub(crate) fn member(&self) -> &Arc<Member> {
        &self.member
    }

    /// The call has opened a stream, which goes on.
    pub(crate) fn opened(&mut self) {
        self.stream = true;
        self.member.stream_begins();
        let reached = Outcome::Served;
        self.member.breaker_counts(self.fleet.settings(), reached);
        let returns = self.member.health.reached(Instant::now);
        self.note(returns);
        self.tell(|picker, index, member| picker.begun(index, member));
    }

    /// The call, which began at `began`, or its stream has ended.
    pub(crate) fn done(mut self, outcome: Outcome, began: Instant) {
        self.end(outcome, began);
    }

    fn end(&mut self, outcome: Outcome, began: Instant) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        self.member.call_ends();
        if self.stream {
            self.member.stream_ends();
        }
        if !self.stream {
            self.member.breaker_counts(self.fleet.settings(), outcome);
        }
        self.learn(outcome, began);
        self.tell(|picker, index, member| picker.done(index, member, outcome));
    }

    /// Tells the picker, if it listens.
    fn tell(&self, what: impl FnOnce(&dyn super::Picker, usize, &Member)) {
        if self.member.place().is_none() {
            return;
        }
        let members = self.fleet.members();
        if let Some((picker, index)) = members.picker_of(&self.member) {
            what(picker, index, &self.member);
        }
    }

    fn learn(&self, outcome: Outcome, began: Instant) {
        let health = &self.member.health;
        let ejected = match outcome {
            Outcome::Served => {
                self.served();
                None
            }
            Outcome::Failed => {
                let ejection = &self.fleet.settings().ejection;
                health.failed(Instant::now(), ejection, || self.fleet.may_eject())
            }
            Outcome::Unreached => health.unreached(began, Instant::now()),
            Outcome::Refused | Outcome::Unknown => None,
        };
        if let Some(time) = ejected {
            events::ejected(self.endpoint(), time, outcome);
        }
    }

    /// The instance has done something for the call.
    pub(crate) fn served(&self) {
        let returns = self.member.health.succeeded(Instant::now);
        self.note(returns);
    }

    fn note(&self, returns: bool) {
        if returns {
            events::returned(self.endpoint());
            self.fleet.members().one_returned();
        }
    }
}

impl std::fmt::Debug for Picked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Picked").field(&self.member).finish()
    }
}

impl Drop for Picked {
    fn drop(&mut self) {
        // The time is of no use to an outcome that says nothing.
        if !self.over {
            self.end(Outcome::Unknown, Instant::now());
        }
    }
}
