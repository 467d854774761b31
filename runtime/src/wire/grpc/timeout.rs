//! `grpc-timeout`: up to eight digits and a unit (grpc-and-pingpong.md A.12).

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;

/// Largest number that eight digits hold.
const MAX_DIGITS_VALUE: u128 = 99_999_999;
/// A value and its unit: two to nine bytes.
const LEN: std::ops::RangeInclusive<usize> = 2..=9;

/// Units with their length in nanoseconds, finest first.
const UNITS: [(u8, u128); 6] = [
    (b'n', 1),
    (b'u', 1_000),
    (b'm', 1_000_000),
    (b'S', 1_000_000_000),
    (b'M', 60 * 1_000_000_000),
    (b'H', 3_600 * 1_000_000_000),
];

/// The header's value: the finest unit whose eight digits hold `timeout`, rounded up. A timeout
/// above 99,999,999 hours (11,000 years) is written as that.
#[must_use]
pub fn encode(timeout: Duration) -> HeaderValue {
    let nanos = timeout.as_nanos();
    let (unit, length) = UNITS
        .into_iter()
        .find(|(_, length)| nanos.div_ceil(*length) <= MAX_DIGITS_VALUE)
        .unwrap_or(UNITS[UNITS.len() - 1]);
    let digits = nanos.div_ceil(length).min(MAX_DIGITS_VALUE);
    // Digits and a letter are legal in a header, so the fallback is never taken.
    HeaderValue::from_maybe_shared(Bytes::from(format!("{digits}{}", char::from(unit))))
        .unwrap_or(HeaderValue::from_static("0n"))
}

/// Reads a header's value; `None` if it is malformed (statement 51).
#[must_use]
pub fn decode(value: &[u8]) -> Option<Duration> {
    if !LEN.contains(&value.len()) {
        return None;
    }
    let (unit, digits) = value.split_last()?;
    let (_, length) = UNITS.into_iter().find(|(name, _)| name == unit)?;
    let mut number = 0_u64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
    }
    // At most 99,999,999 hours, which are 3.6e20 ns: seconds and rest fit.
    let nanos = u128::from(number) * length;
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn g50_the_finest_unit_that_fits_eight_digits() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        for (timeout, text) in [
            (Duration::from_micros(2_999_205), "2999205u"),
            (Duration::from_nanos(99_360_361), "99360361n"),
            (Duration::ZERO, "0n"),
            (hours(100), "360000S"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_nanos(100_000_001), "100001u"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(encode(timeout), text);
        }
        assert!(encode(hours(100)).len() <= 9);
    }

    #[test]
    fn g51_malformed_values() {
        for text in [
            "abc",
            "1",
            "1234567890S",
            "5x",
            "",
            "S",
            "-1S",
            "+1S",
            "1.5S",
            " 1S",
            "1s",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_unit_is_read() {
        for (text, nanos) in [
            ("7n", 7),
            ("7u", 7_000),
            ("7m", 7_000_000),
            ("7S", 7_000_000_000),
            ("7M", 420_000_000_000),
            ("7H", 25_200_000_000_000),
            ("00000007n", 7),
        ] {
            assert_eq!(decode(text.as_bytes()), Some(Duration::from_nanos(nanos)));
        }
        assert_eq!(
            decode(b"99999999H"),
            Some(Duration::from_secs(99_999_999 * 3600))
        );
    }

    proptest! {
        /// Units are 1,000 apart at most, and eight digits were not enough for the finer one: what
        /// is read is later than what was written by at most one part in 100,000.
        #[test]
        fn a_timeout_is_rounded_up_by_little(nanos in any::<u64>()) {
            let timeout = Duration::from_nanos(nanos);
            let read = decode(encode(timeout).as_bytes()).unwrap();
            prop_assert!(read >= timeout);
            prop_assert!((read - timeout).as_nanos() <= u128::from(nanos / 100_000));
        }
    }
}
