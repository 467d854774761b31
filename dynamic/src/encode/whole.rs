//! Whole numbers of 64 bits that are written with a fraction or an exponent, such as `1e18`. serde_json gives
//! them as doubles, which may be rounded. So the message is read once more then, and such numbers as text.

use serde::de::{Deserialize as _, Deserializer};
use serde_json::value::RawValue;

use super::Encoder;
use crate::schema::Type;

/// Largest integer, in both directions, that a double holds and no other integer is rounded to: 2^53 - 1.
pub(crate) const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

/// The most characters of a number that an error shows.
const MAX_SHOWN: usize = 40;

impl Encoder<'_> {
    /// Says that an integer of this type cannot have the value of a double beyond [`MAX_EXACT`]. If one of 64 bits
    /// might, the message is read once more, with [`Encoder::reads_digits`].
    #[cold]
    pub(crate) fn beyond_exact(&mut self, value: f64, ty: Type) -> String {
        self.is_rounded = matches!(ty, Type::I64 | Type::U64);
        format!("{value:e}, which is out of range")
    }

    /// Whether values of this type are read as text now, by [`raw`].
    #[inline]
    pub(crate) fn reads_digits(&self, ty: Type) -> bool {
        self.digits && matches!(ty, Type::I64 | Type::U64)
    }
}

/// The text of a value. What is no number is to be read by its own rules.
pub(crate) fn raw<'de, D: Deserializer<'de>>(from: D) -> Result<Box<RawValue>, D::Error> {
    Box::<RawValue>::deserialize(from)
}

/// Whether the text of a value is a number.
pub(crate) fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The integer that a number of JSON is; else what was found, for an error.
pub(crate) fn whole(text: &str) -> Result<i128, String> {
    integer(text).map_err(|why| match text.get(..MAX_SHOWN) {
        Some(start) if text.len() > MAX_SHOWN => format!("{start}…, which {why}"),
        _ => format!("{text}, which {why}"),
    })
}

fn integer(text: &str) -> Result<i128, &'static str> {
    const FRACTION: &str = "has a fraction";
    const RANGE: &str = "is out of range";
    let (is_negative, number) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [before, behind].concat();
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    // Of an exponent that is no i64, only the sign matters.
    let exponent = exponent.parse().unwrap_or(match exponent.starts_with('-') {
        true => i64::MIN,
        false => i64::MAX,
    });
    let zeros = (digits.len() - significant.len()) as i64 - behind.len() as i64;
    let exponent = exponent.saturating_add(zeros);
    if exponent < 0 {
        return Err(FRACTION);
    }
    let power = u32::try_from(exponent).ok();
    let power = power.and_then(|exponent| 10_i128.checked_pow(exponent));
    let value = significant.parse::<i128>().ok();
    let value = value
        .zip(power)
        .and_then(|(value, power)| value.checked_mul(power));
    let value = value.ok_or(RANGE)?;
    Ok(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn whole_numbers_keep_all_digits() {
        for (text, number) in [
            ("0", 0),
            ("-0.000e99999999999999999999", 0),
            ("1e18", 1_000_000_000_000_000_000),
            ("-1E+18", -1_000_000_000_000_000_000),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("922337203685477580.7e1", 9_223_372_036_854_775_807),
            ("18446744073709551615000e-3", 18_446_744_073_709_551_615),
            ("0.0000001e10", 1000),
        ] {
            assert_eq!(whole(text), Ok(number), "{text}");
        }
    }

    #[test]
    fn others_are_errors_that_show_some_of_them() {
        let long = "9".repeat(100);
        let shown = "9".repeat(40);
        for (text, found) in [
            (
                "9007199254740993.5",
                "9007199254740993.5, which has a fraction",
            ),
            ("15e-1", "15e-1, which has a fraction"),
            (
                "1e-99999999999999999999",
                "1e-99999999999999999999, which has a fraction",
            ),
            (
                "1e99999999999999999999",
                "1e99999999999999999999, which is out of range",
            ),
            ("1e39", "1e39, which is out of range"),
            (&long, &format!("{shown}…, which is out of range")),
        ] {
            assert_eq!(whole(text), Err(found.to_owned()), "{text}");
        }
    }
}
