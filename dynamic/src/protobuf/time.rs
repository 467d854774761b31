//! The text of a `Timestamp` and of a `Duration`, with the ranges of Protobuf.

use streamgen_idl::prost_types::{Duration, Timestamp};

/// Seconds of 0001-01-01T00:00:00Z and of 9999-12-31T23:59:59Z.
const TIMESTAMPS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Most seconds of a duration, in both directions: about 10,000 years.
const MAX_DURATION: i64 = 315_576_000_000;

const NANOS: i32 = 1_000_000_000;

/// Most digits of a fraction of a second: more would be lost.
const MAX_DIGITS: usize = 9;

/// Whether a fraction of a second has no more than nine digits.
fn is_exact(text: &str) -> bool {
    let fraction = text.split('.').nth(1).unwrap_or_default();
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    digits.count() <= MAX_DIGITS
}

/// Whether a text has digits where the form has zeros, and else what the form has.
fn has_form(text: &str, form: &str) -> bool {
    let mut both = text.bytes().zip(form.bytes());
    text.len() == form.len()
        && both.all(|(found, asked)| match asked {
            b'0' => found.is_ascii_digit(),
            _ => found == asked,
        })
}

/// Whether a text is a time of RFC 3339 by its form, as the mapping narrows it: with an upper-case `T` and `Z`, at
/// most nine digits of a fraction, and no leap second, which a `Timestamp` has no number for.
fn is_rfc_3339(text: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked("0000-00-00T00:00:00".len()) else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if !(1..=MAX_DIGITS).contains(&(fraction.len() - offset.len())) {
                return false;
            }
            offset
        }
    };
    let has_offset = offset == "Z" || has_form(offset, "+00:00") || has_form(offset, "-00:00");
    has_form(start, "0000-00-00T00:00:00") && !start.ends_with("60") && has_offset
}

/// Seconds and nanoseconds of a time as RFC 3339 writes it.
pub(super) fn timestamp_of(text: &str) -> Option<(i64, i32)> {
    // What follows is more lenient: it takes a date alone, a blank for the `T`, and no offset.
    if !is_rfc_3339(text) {
        return None;
    }
    let found: Timestamp = text.parse().ok()?;
    let is_in_range = TIMESTAMPS.contains(&found.seconds) && (0..NANOS).contains(&found.nanos);
    is_in_range.then_some((found.seconds, found.nanos))
}

pub(super) fn timestamp_text(seconds: i64, nanos: i32) -> Option<String> {
    let is_in_range = TIMESTAMPS.contains(&seconds) && (0..NANOS).contains(&nanos);
    is_in_range.then(|| Timestamp { seconds, nanos }.to_string())
}

/// Seconds and nanoseconds of `1.5s`.
pub(super) fn duration_of(text: &str) -> Option<(i64, i32)> {
    let found: Duration = text.parse().ok().filter(|_| is_exact(text))?;
    let is_in_range = found.seconds.unsigned_abs() <= MAX_DURATION.unsigned_abs();
    is_in_range.then_some((found.seconds, found.nanos))
}

pub(super) fn duration_text(seconds: i64, nanos: i32) -> Option<String> {
    let is_one_sign = seconds.signum() * i64::from(nanos.signum()) >= 0;
    let is_in_range = seconds.unsigned_abs() <= MAX_DURATION.unsigned_abs()
        && nanos.unsigned_abs() < NANOS.unsigned_abs();
    (is_one_sign && is_in_range).then(|| Duration { seconds, nanos }.to_string())
}

#[cfg(test)]
mod tests {
    use super::{duration_of, duration_text, timestamp_of, timestamp_text};

    #[test]
    fn times_have_the_digits_that_they_need() {
        let table = [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2024-02-29T23:59:59.010Z", 1_709_251_199, 10_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            (
                "9999-12-31T23:59:59.999999999Z",
                253_402_300_799,
                999_999_999,
            ),
            ("1969-12-31T23:59:59.000001Z", -1, 1000),
        ];
        for (text, seconds, nanos) in table {
            assert_eq!(timestamp_of(text), Some((seconds, nanos)), "{text}");
            assert_eq!(timestamp_text(seconds, nanos).as_deref(), Some(text));
        }
        assert_eq!(timestamp_of("1970-01-01T01:00:00+01:00"), Some((0, 0)));
        for wrong in [
            "",
            "1970-01-01",
            "1970-01-01 00:00:00Z",
            "10000-01-01T00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00.5",
            "1970-01-01T00:00:00z",
            "1970-01-01t00:00:00Z",
            "1970-01-01T00:00:00 Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.0000000001Z",
            "1970-01-01T00:00:00+0100",
            "1970-01-01T00:00:00+01",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00:00:60Z",
            "2016-12-31T23:59:60Z",
            "1970-01-01T00:00Z",
            "１970-01-01T00:00:00Z",
        ] {
            assert_eq!(timestamp_of(wrong), None, "{wrong}");
        }
        assert_eq!(timestamp_text(i64::MAX, 0), None);
        assert_eq!(timestamp_text(0, -1), None);
    }

    #[test]
    fn durations_have_one_sign() {
        let table = [
            ("0s", 0, 0),
            ("-1.500s", -1, -500_000_000),
            ("315576000000s", 315_576_000_000, 0),
        ];
        for (text, seconds, nanos) in table {
            assert_eq!(duration_of(text), Some((seconds, nanos)), "{text}");
            assert_eq!(duration_text(seconds, nanos).as_deref(), Some(text));
        }
        for wrong in [
            "",
            "1",
            "s",
            "1.5",
            "315576000001s",
            "1.0000000001s",
            "9223372036854775808s",
        ] {
            assert_eq!(duration_of(wrong), None, "{wrong}");
        }
        assert_eq!(duration_text(1, -1), None);
        assert_eq!(duration_text(0, i32::MIN), None);
    }
}
