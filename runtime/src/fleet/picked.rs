//! An instance that was picked for a call.

use std::borrow::Cow;
use std::sync::Arc;

use tokio::time::Instant;

use super::driver::Inner;
use super::events;
use super::member::{Member, Outcome};
use super::members::Begun;
use crate::breaker::Moment;
use crate::wire::io::Endpoint;

/// An instance that was picked for a call, until the call or its stream has ended. If it is dropped without
/// [`done`](Self::done), nobody knows how the call went.
pub(crate) struct Picked<'a> {
    /// A call borrows its fleet, and a stream, which may outlive it, shares it.
    fleet: Cow<'a, Arc<Inner>>,
    /// `None` once the call is over.
    member: Option<Member>,
    /// How many instances there were.
    among: usize,
    /// How often the instance was left alone before, because it could not be reached.
    outages: u32,
    /// Whether the call has become an open stream.
    stream: bool,
}

impl<'a> Picked<'a> {
    /// A call has begun at one of so many instances.
    #[inline]
    pub(super) fn new(fleet: &'a Arc<Inner>, begun: Begun, among: usize) -> Self {
        let Begun { member, is_told } = begun;
        let outages = member.health().outages();
        member.health().taken(Instant::now);
        member.breaker_begins(fleet.settings());
        let tells = !is_told && member.place().is_some();
        let picked = Self {
            fleet: Cow::Borrowed(fleet),
            member: Some(member),
            among,
            outages,
            stream: false,
        };
        if tells {
            picked.tell_begun();
        }
        picked
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        match &self.member {
            Some(member) => member.instance().endpoint(),
            None => self.fleet.nowhere(),
        }
    }

    /// `None` once the call is over.
    pub(crate) fn member(&self) -> Option<&Member> {
        self.member.as_ref()
    }

    /// How many instances there were, whether they could be picked or not.
    pub(crate) fn among(&self) -> usize {
        self.among
    }

    /// The call has opened a stream, which goes on. From then on, only what is returned counts.
    pub(crate) fn opened(mut self) -> Picked<'static> {
        let stream = Picked {
            fleet: Cow::Owned(Arc::clone(&self.fleet)),
            member: self.member.take(),
            among: self.among,
            outages: self.outages,
            stream: true,
        };
        if let Some(member) = &stream.member {
            member.stream_begins();
            member.breaker_counts(stream.fleet.settings(), Outcome::Served);
            stream.note(member, member.health().reached(Instant::now));
            if member.place().is_some() {
                stream.tell_begun();
            }
        }
        stream
    }

    /// The call or its stream has ended. Returns when that was, if somebody has looked at the clock for it.
    #[inline]
    pub(crate) fn done(mut self, outcome: Outcome) -> Option<Moment> {
        let member = self.member.take()?;
        self.end(member, outcome)
    }

    #[inline]
    fn end(&self, member: Member, outcome: Outcome) -> Option<Moment> {
        let ended = match self.stream {
            true => {
                member.stream_ends();
                None
            }
            false => member.breaker_counts(self.fleet.settings(), outcome),
        };
        match outcome {
            Outcome::Served => self.note(&member, member.health().succeeded(Instant::now)),
            _ => self.failed(&member, outcome),
        }
        if member.place().is_some() {
            self.tell_done(member, outcome);
        }
        ended
    }

    /// Tells a picker that listens: that of the latest list, which hears of the end, too.
    #[inline(never)]
    fn tell_begun(&self) {
        let members = self.fleet.members();
        let known = self.member.as_ref();
        if let Some((picker, index, member)) = known.and_then(|it| members.picker_of(it)) {
            picker.begun(index, member);
        }
    }

    /// Tells a picker that listens, which counts the call no more.
    #[inline(never)]
    fn tell_done(&self, member: Member, outcome: Outcome) {
        let members = self.fleet.members();
        if let Some((picker, index, listed)) = members.picker_of(&member) {
            drop(member);
            picker.done(index, listed, outcome);
        }
    }

    #[cold]
    fn failed(&self, member: &Member, outcome: Outcome) {
        let health = member.health();
        let ejected = match outcome {
            Outcome::Failed => {
                let ejection = &self.fleet.settings().ejection;
                health.failed(Instant::now(), ejection, || self.fleet.may_eject())
            }
            Outcome::Unreached => health.unreached(self.outages, Instant::now()),
            Outcome::Served | Outcome::Refused | Outcome::Unknown => None,
        };
        if let Some(time) = ejected {
            events::ejected(member.instance().endpoint(), time, outcome);
        }
    }

    /// The instance has done something for the call.
    #[inline]
    pub(crate) fn served(&self) {
        if let Some(member) = &self.member {
            self.note(member, member.health().succeeded(Instant::now));
        }
    }

    #[inline]
    fn note(&self, member: &Member, returns: bool) {
        if returns {
            self.returned(member);
        }
    }

    #[cold]
    fn returned(&self, member: &Member) {
        events::returned(member.instance().endpoint());
        self.fleet.members().one_returned();
    }

    #[cold]
    fn given_up(&mut self) {
        if let Some(member) = self.member.take() {
            self.end(member, Outcome::Unknown);
        }
    }
}

impl std::fmt::Debug for Picked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Picked").field(&self.member).finish()
    }
}

impl Drop for Picked<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.member.is_some() {
            self.given_up();
        }
    }
}
