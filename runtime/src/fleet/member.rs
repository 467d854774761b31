//! An instance as a client knows it: with the calls that run there, and how they went.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use faststr::FastStr;
use tokio::time::Instant;

use super::health::Health;
use super::instance::Instance;
use super::settings::Fleet;
use crate::breaker::{self, Breaker, BreakerRule, BreakerState, Counted, Counts, Moment};
use crate::error::{Error, ErrorKind};

/// An [`Instance`], and what a client knows of it by its own calls. It stays the same while lists come and
/// go, as long as the instance is in each of them with the same weight and tags.
pub struct Member {
    /// The member that lists have shares it with one more for each call. So the count of who shares it is that of
    /// the calls that run, which costs no addition of its own.
    known: Arc<Known>,
}

/// What is known of an instance.
#[derive(Debug)]
struct Known {
    instance: Instance,
    /// The address as a text, by which lists are sorted and compared.
    key: FastStr,
    streams: AtomicUsize,
    health: Health,
    breaker: Breaker,
    /// Where the latest list has it: the group in the upper half, and the index in the lower one. Nowhere if
    /// its picker does not listen.
    place: AtomicU64,
}

/// Which instance it is. A call that has left an instance remembers it by this, and no longer counts there.
#[derive(Debug, Clone)]
pub(crate) struct Mark(Weak<Known>);

/// The place of a member whose picker does not listen.
const NOWHERE: u64 = u64::MAX;

/// How a call ended, as far as it says something of its instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The instance has done its part, whatever it has answered.
    Served,
    /// The instance was reached and failed.
    Failed,
    /// The instance was not reached.
    Unreached,
    /// The instance has refused the call unseen, such as with gRPC's `REFUSED_STREAM`.
    Refused,
    /// Nobody knows: the caller has given up, or was mistaken.
    Unknown,
}

impl Outcome {
    /// What an error of a call says of the instance.
    pub(crate) fn of(error: &Error) -> Self {
        if error.is_retryable() {
            // An error without a source means that the server is reachable and only refused this call.
            return match std::error::Error::source(error) {
                Some(_) => Self::Unreached,
                None => Self::Refused,
            };
        }
        match error.kind() {
            ErrorKind::BizStatus | ErrorKind::Status => Self::Served,
            ErrorKind::Canceled | ErrorKind::InvalidArgument | ErrorKind::Decode => Self::Unknown,
            // What this side's own limits refuse says nothing.
            ErrorKind::ResourceExhausted if !error.is_remote() => Self::Unknown,
            _ => Self::Failed,
        }
    }
}

impl Member {
    /// An instance of which nothing else is known: for tests of a balancer.
    #[must_use]
    pub fn new(instance: Instance) -> Self {
        let known = Known {
            key: instance.endpoint().to_string().into(),
            instance,
            streams: AtomicUsize::new(0),
            health: Health::default(),
            breaker: Breaker::new("instance", Moment::now()),
            place: AtomicU64::new(NOWHERE),
        };
        Self {
            known: Arc::new(known),
        }
    }

    /// A call begins there. It ends when the returned member is dropped.
    #[inline]
    pub(super) fn begin_call(&self) -> Self {
        Self {
            known: Arc::clone(&self.known),
        }
    }

    /// Which instance it is.
    pub(crate) fn mark(&self) -> Mark {
        Mark(Arc::downgrade(&self.known))
    }

    pub(super) fn has(&self, mark: &Mark) -> bool {
        std::ptr::eq(Arc::as_ptr(&self.known), Weak::as_ptr(&mark.0))
    }

    /// Whether both are the same instance of lists that followed each other.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.known, &other.known)
    }

    #[inline]
    pub(super) fn health(&self) -> &Health {
        &self.known.health
    }

    /// What the registry says of it.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.known.instance
    }

    /// How many calls of this client run there, open streams among them.
    #[must_use]
    pub fn running(&self) -> usize {
        // Without the one that lists have.
        Arc::strong_count(&self.known) - 1
    }

    /// How many streams of this client are open there.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.known.streams.load(Ordering::Relaxed)
    }

    /// Until when the client makes no call there. `None` if it may make one.
    #[must_use]
    pub fn ejected_until(&self) -> Option<std::time::Instant> {
        let until = self.known.health.ejected_until(Instant::now());
        until.map(Instant::into_std)
    }

    /// The state of its circuit breaker, and the calls of the last 10 s; always closed and without calls where
    /// the fleet has no [breaker](Fleet::breaker).
    #[must_use]
    pub fn breaker(&self) -> (BreakerState, Counts) {
        self.known.breaker.state(Moment::now())
    }

    /// Whether its breaker would let a call through.
    #[inline]
    pub(super) fn breaker_allows(&self, settings: &Fleet) -> bool {
        let rule = settings.breaker.as_ref();
        rule.is_none_or(|rule| self.known.breaker.would_allow(rule, Moment::now))
    }

    /// A call goes to the instance.
    #[inline]
    pub(super) fn breaker_begins(&self, settings: &Fleet) {
        if let Some(rule) = &settings.breaker {
            let (_, turned) = self.known.breaker.allow(rule, Moment::now);
            self.breaker_turned(turned);
        }
    }

    /// A call has reached the instance or not: all that counts here, as by Kitex's
    /// `ErrorTypeOnInstanceLevel`.
    /// Returns when that was, if it has to be known.
    #[inline]
    pub(super) fn breaker_counts(&self, settings: &Fleet, outcome: Outcome) -> Option<Moment> {
        let rule = settings.breaker.as_ref()?;
        let now = Moment::now();
        if outcome != Outcome::Served || !self.known.breaker.count_success(now) {
            self.breaker_judges(rule, outcome, now);
        }
        Some(now)
    }

    #[cold]
    fn breaker_judges(&self, rule: &BreakerRule, outcome: Outcome, now: Moment) {
        let counted = match outcome {
            Outcome::Unreached => Counted::Failure,
            Outcome::Unknown => Counted::Ignored,
            _ => Counted::Success,
        };
        self.breaker_turned(self.known.breaker.count(rule, counted, now));
    }

    #[inline]
    fn breaker_turned(&self, turned: Option<(BreakerState, Counts)>) {
        if let Some((state, counts)) = turned {
            breaker::turned(&self.known.key, state, counts);
        }
    }

    pub(super) fn key(&self) -> &FastStr {
        &self.known.key
    }

    /// Group and index in the latest list, if its picker listens.
    #[inline]
    pub(super) fn place(&self) -> Option<(usize, usize)> {
        let place = self.known.place.load(Ordering::Relaxed);
        let index = (place & u64::from(u32::MAX)) as usize;
        (place != NOWHERE).then_some(((place >> 32) as usize, index))
    }

    pub(super) fn placed(&self, place: Option<(usize, usize)>) {
        let place = place.map_or(NOWHERE, |(group, index)| {
            ((group as u64) << 32) | index as u64
        });
        self.known.place.store(place, Ordering::Relaxed);
    }

    pub(super) fn stream_begins(&self) {
        self.known.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stream_ends(&self) {
        self.known.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("running", &self.running())
            .field("known", &self.known)
            .finish()
    }
}
