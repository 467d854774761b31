//! How many calls an expectation takes.

use std::fmt;
use std::ops::{RangeFrom, RangeFull, RangeInclusive, RangeToInclusive};

/// How many calls an expectation takes: a number, or a range such as `1..`, `..=3`, `2..=3` or `..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Times {
    /// What an expectation takes that does not say how many.
    pub(super) const ONCE: Self = Self { least: 1, most: 1 };
}

impl From<usize> for Times {
    fn from(exactly: usize) -> Self {
        Self {
            least: exactly,
            most: exactly,
        }
    }
}

impl From<RangeFrom<usize>> for Times {
    fn from(range: RangeFrom<usize>) -> Self {
        Self {
            least: range.start,
            most: usize::MAX,
        }
    }
}

impl From<RangeFull> for Times {
    fn from(_: RangeFull) -> Self {
        (0..).into()
    }
}

impl From<RangeToInclusive<usize>> for Times {
    fn from(range: RangeToInclusive<usize>) -> Self {
        (0..=range.end).into()
    }
}

impl From<RangeInclusive<usize>> for Times {
    /// # Panics
    /// The range has nothing in it.
    #[track_caller]
    fn from(range: RangeInclusive<usize>) -> Self {
        assert!(
            !range.is_empty(),
            "no number of calls is in {range:?}: give the lower number first"
        );
        Self {
            least: *range.start(),
            most: *range.end(),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { least, most } = *self;
        match (least, most) {
            (0, 0) => f.write_str("no call"),
            (0, usize::MAX) => f.write_str("any number of calls"),
            (least, usize::MAX) => write!(f, "at least {}", calls(least)),
            (0, most) => write!(f, "at most {}", calls(most)),
            (least, most) if least == most => f.write_str(&calls(least)),
            (least, most) => write!(f, "{least} to {}", calls(most)),
        }
    }
}

/// A number of calls in words.
pub(super) fn calls(count: usize) -> String {
    match count {
        0 => "none".to_owned(),
        1 => "1 call".to_owned(),
        many => format!("{many} calls"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_are_read_as_they_are_written() {
        let said = |times: Times| times.to_string();
        assert_eq!(said(0.into()), "no call");
        assert_eq!(said(1.into()), "1 call");
        assert_eq!(said(3.into()), "3 calls");
        assert_eq!(said((1..).into()), "at least 1 call");
        assert_eq!(said((..).into()), "any number of calls");
        assert_eq!(said((..=2).into()), "at most 2 calls");
        assert_eq!(said((2..=3).into()), "2 to 3 calls");
        assert_eq!(Times::from(2..=2), 2.into());
    }

    #[test]
    #[should_panic(expected = "give the lower number first")]
    fn a_range_that_is_turned_around_is_refused() {
        #[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
        let _ = Times::from(3..=2);
    }
}
