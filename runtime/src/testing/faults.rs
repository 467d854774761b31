//! What can go wrong on a link, and how often.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;

/// The longest time that is drawn: longer than any test.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// After this time, both ends of a black hole get `TimedOut`: the time that Linux's keepalive takes by
/// default, two hours of silence and then nine probes, 75 s apart. A server's wire needs that where it
/// has no heartbeat (ttheader-streaming.md 5.3).
pub const FOUND_DEAD_AFTER: Duration = Duration::from_secs(2 * 60 * 60 + 9 * 75);

/// How a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cut {
    /// Both ends read the bytes on their way, and then the end of the stream; they cannot write any more. A
    /// connection ends like this when the peer's process exits.
    Close,
    /// Bytes on their way are lost. Both ends get `ConnectionReset`, at once.
    Reset,
    /// From here on, nothing arrives in either direction, and neither end is told before
    /// [`FOUND_DEAD_AFTER`]. The connection is half open, as when the peer's host loses its power.
    BlackHole,
}

/// What the network draws for each dial, connection and write of a link, from its seed. Shares are
/// between 0 and 1. The default is a network without faults and without delay.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// How long bytes are under way. Each write draws its time, and no write overtakes another. tokio's
    /// clock counts whole milliseconds.
    pub latency: Range<Duration>,
    /// How many bytes a second each direction of a connection carries. `None`: any number.
    pub bytes_per_second: Option<u64>,
    /// The share of the writes of which only a part is taken, as by a kernel whose buffers are nearly full:
    /// so frames come in pieces.
    pub short_writes: f64,
    /// The share of the dials that are refused.
    pub refused: f64,
    /// The share of the dials that are never answered.
    pub unanswered: f64,
    /// The share of the connections that are cut.
    pub cut: f64,
    /// The connections that are cut end at a byte below this number, in one of the directions.
    pub cut_within: u64,
    /// The share of the cuts that are black holes. The others close and reset in equal shares.
    pub black_holes: f64,
    /// The share of the connections of which one end stops reading for a time, at a byte below
    /// [`cut_within`](Self::cut_within).
    pub stalls: f64,
    /// For how long the end of a connection that stalls reads nothing.
    pub stalled_for: Range<Duration>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO..Duration::ZERO,
            bytes_per_second: None,
            short_writes: 0.0,
            refused: 0.0,
            unanswered: 0.0,
            cut: 0.0,
            cut_within: 4096,
            black_holes: 1.0 / 3.0,
            stalls: 0.0,
            stalled_for: Duration::from_millis(1)..Duration::from_secs(1),
        }
    }
}

/// How a dial is answered.
pub(super) enum Answer {
    Refused,
    /// It never is.
    Silence,
    Connected,
}

/// Draws whether a fault of this share happens now.
fn happens(rng: &mut Rng, share: f64) -> bool {
    // A share of 0 draws nothing: faults that are off do not change the others.
    share > 0.0 && rng.f64() < share
}

/// Draws a time of the range. An empty range gives its beginning.
fn time(rng: &mut Rng, range: &Range<Duration>) -> Duration {
    let (start, end) = (range.start.min(LONGEST), range.end.min(LONGEST));
    // A year is 2^55 nanoseconds.
    match end.saturating_sub(start).as_nanos() as u64 {
        0 => start,
        width => start + Duration::from_nanos(rng.u64(0..width)),
    }
}

impl Faults {
    pub(super) fn answer(&self, rng: &mut Rng) -> Answer {
        if happens(rng, self.refused) {
            Answer::Refused
        } else if happens(rng, self.unanswered) {
            Answer::Silence
        } else {
            Answer::Connected
        }
    }

    pub(super) fn latency(&self, rng: &mut Rng) -> Duration {
        time(rng, &self.latency)
    }

    /// How many of `bytes` one write takes; one at least.
    pub(super) fn taken(&self, rng: &mut Rng, bytes: usize) -> usize {
        match bytes > 1 && happens(rng, self.short_writes) {
            true => rng.usize(1..bytes),
            false => bytes,
        }
    }

    /// After which byte of which direction a new connection is cut, and how.
    pub(super) fn cut(&self, rng: &mut Rng) -> Option<(usize, u64, Cut)> {
        let is_cut = happens(rng, self.cut);
        is_cut.then(|| {
            let how = match happens(rng, self.black_holes) {
                true => Cut::BlackHole,
                false if rng.bool() => Cut::Close,
                false => Cut::Reset,
            };
            (self.direction(rng), self.byte(rng), how)
        })
    }

    /// After which byte of which direction the reader of a new connection stops, and for how long.
    pub(super) fn stall(&self, rng: &mut Rng) -> Option<(usize, u64, Duration)> {
        let stalls = happens(rng, self.stalls);
        stalls.then(|| {
            let long = time(rng, &self.stalled_for);
            (self.direction(rng), self.byte(rng), long)
        })
    }

    fn direction(&self, rng: &mut Rng) -> usize {
        rng.usize(..2)
    }

    fn byte(&self, rng: &mut Rng) -> u64 {
        rng.u64(..self.cut_within.max(1))
    }
}

/// How long a link of this rate takes to carry so many bytes.
pub(super) fn carried(bytes: usize, bytes_per_second: Option<u64>) -> Duration {
    match bytes_per_second {
        None => Duration::ZERO,
        Some(rate) => Duration::from_secs_f64(bytes as f64 / rate.max(1) as f64),
    }
}
