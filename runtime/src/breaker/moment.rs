//! The time as breakers and windows count it.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::time::Instant;

/// How long before the first use all times begin, if the system's clock reaches that far back: a paused clock of a test
/// may be behind the system's.
const BEFORE: Duration = Duration::from_secs(24 * 3600);

static BEGINNING: LazyLock<Instant> = LazyLock::new(|| {
    // The system's, since a test may have set its own clock forward.
    let now = std::time::Instant::now();
    // Where an `Instant` counts from the machine's start (Windows), half of the time may be there, or a quarter.
    let earlier = (0..32).find_map(|halves| now.checked_sub(BEFORE / (1 << halves)));
    Instant::from_std(earlier.unwrap_or(now))
});

/// A time in nanoseconds since about a day before the first one was asked for; there is room for 500 years. As a call
/// is counted in up to three windows, the difference of two such times is one instruction, and not the 30 of two
/// `Instant`s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Not inlined: most of what may need the time is told it, and stays small enough to be inlined itself.
    #[inline(never)]
    pub(crate) fn now() -> Self {
        Instant::now().into()
    }

    /// How much time has passed since `earlier`; zero if that is later.
    #[inline]
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos_since(earlier))
    }

    #[inline]
    pub(super) fn nanos_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<Instant> for Moment {
    #[inline]
    fn from(at: Instant) -> Self {
        let passed = at.saturating_duration_since(*BEGINNING);
        Self(passed.as_secs() * 1_000_000_000 + u64::from(passed.subsec_nanos()))
    }
}
