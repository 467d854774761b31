//! An instance that was picked for a call.

use std::borrow::Cow;
use std::sync::Arc;

use tokio::time::Instant;

use super::driver::Inner;
use super::events;
use super::member::{Member, Outcome};
use crate::breaker::Moment;
use crate::wire::io::Endpoint;

/// An instance that was picked for a call, until the call or its stream has ended. If it is dropped without
/// [`done`](Self::done), nobody knows how the call went.
pub(crate) struct Picked<'a> {
    /// A call borrows its fleet, and a stream, which may outlive it, shares it.
    fleet: Cow<'a, Arc<Inner>>,
    member: Arc<Member>,
    /// How many instances there were.
    among: usize,
    /// How often the instance was left alone before, because it could not be reached.
    outages: u32,
    /// Whether the call has become an open stream.
    stream: bool,
    over: bool,
}

impl<'a> Picked<'a> {
    #[inline]
    pub(super) fn new(fleet: &'a Arc<Inner>, member: Arc<Member>, among: usize) -> Self {
        let outages = member.health.outages();
        member.call_begins();
        member.health.taken(Instant::now);
        member.breaker_begins(fleet.settings());
        let picked = Self {
            fleet: Cow::Borrowed(fleet),
            member,
            among,
            outages,
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

    /// How many instances there were, whether they could be picked or not.
    pub(crate) fn among(&self) -> usize {
        self.among
    }

    /// The call has opened a stream, which goes on. From then on, only what is returned counts.
    pub(crate) fn opened(&mut self) -> Picked<'static> {
        // From here on, this value's end is that of a stream, should the picker panic.
        self.stream = true;
        self.member.stream_begins();
        let reached = Outcome::Served;
        self.member.breaker_counts(self.fleet.settings(), reached);
        let returns = self.member.health.reached(Instant::now);
        self.note(returns);
        self.tell(|picker, index, member| picker.begun(index, member));
        // The stream ends the call.
        self.over = true;
        Picked {
            fleet: Cow::Owned(Arc::clone(&self.fleet)),
            member: Arc::clone(&self.member),
            among: self.among,
            outages: self.outages,
            stream: true,
            over: false,
        }
    }

    /// The call or its stream has ended; what it tells later counts no more. Returns when that was, if somebody has
    /// looked at the clock for it.
    #[inline]
    pub(crate) fn done(&mut self, outcome: Outcome) -> Option<Moment> {
        if std::mem::replace(&mut self.over, true) {
            return None;
        }
        self.member.call_ends();
        let ended = match self.stream {
            true => {
                self.member.stream_ends();
                None
            }
            false => self.member.breaker_counts(self.fleet.settings(), outcome),
        };
        self.learn(outcome);
        self.tell(|picker, index, member| picker.done(index, member, outcome));
        ended
    }

    /// Tells the picker, if it listens.
    #[inline]
    fn tell(&self, what: impl FnOnce(&dyn super::Picker, usize, &Member)) {
        if self.member.place().is_some() {
            self.tell_picker(what);
        }
    }

    #[inline(never)]
    fn tell_picker(&self, what: impl FnOnce(&dyn super::Picker, usize, &Member)) {
        let members = self.fleet.members();
        if let Some((picker, index)) = members.picker_of(&self.member) {
            what(picker, index, &self.member);
        }
    }

    #[inline]
    fn learn(&self, outcome: Outcome) {
        match outcome {
            Outcome::Served => self.served(),
            _ => self.failed(outcome),
        }
    }

    #[cold]
    fn failed(&self, outcome: Outcome) {
        let health = &self.member.health;
        let ejected = match outcome {
            Outcome::Failed => {
                let ejection = &self.fleet.settings().ejection;
                health.failed(Instant::now(), ejection, || self.fleet.may_eject())
            }
            Outcome::Unreached => health.unreached(self.outages, Instant::now()),
            Outcome::Served | Outcome::Refused | Outcome::Unknown => None,
        };
        if let Some(time) = ejected {
            events::ejected(self.endpoint(), time, outcome);
        }
    }

    /// The instance has done something for the call.
    #[inline]
    pub(crate) fn served(&self) {
        let returns = self.member.health.succeeded(Instant::now);
        self.note(returns);
    }

    #[inline]
    fn note(&self, returns: bool) {
        if returns {
            self.returned();
        }
    }

    #[cold]
    fn returned(&self) {
        events::returned(self.endpoint());
        self.fleet.members().one_returned();
    }
}

impl std::fmt::Debug for Picked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Picked").field(&self.member).finish()
    }
}

impl Picked<'_> {
    #[cold]
    fn given_up(&mut self) {
        self.done(Outcome::Unknown);
    }
}

impl Drop for Picked<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.over {
            self.given_up();
        }
    }
}
