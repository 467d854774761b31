//! The values of flags: times, pairs, headers.

use std::time::Duration;

/// A pair of `-metainfo`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let (key, value) = pair.ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A header, as `key=value`, or as curl and grpcurl have it: `key: value`.
pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let at = text.find([':', '=']).filter(|&at| at > 0);
    let (key, value) = text.split_at(at.ok_or("expected KEY=VALUE or KEY: VALUE")?);
    let value = match value.strip_prefix(':') {
        Some(value) => value.trim(),
        None => &value[1..],
    };
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// A time with its unit: `500ms`, `2s`, `1m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a time such as 500ms, 2s or 1m".to_owned();
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(unit_at.ok_or_else(expected)?);
    let number: u64 = number.parse().map_err(|_| expected())?;
    let time = match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    };
    time.ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::{Duration, duration, header};

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("1m"), Ok(Duration::from_secs(60)));
        for wrong in [
            "",
            "5",
            "s",
            "1.5s",
            "1h",
            "-1s",
            "99999999999999999999s",
            "18446744073709551615m",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn headers_are_written_in_two_ways() {
        for (typed, key, value) in [
            ("k=v", "k", "v"),
            ("k=", "k", ""),
            ("k: v=w", "k", "v=w"),
            ("k:v", "k", "v"),
            ("k=a: b", "k", "a: b"),
        ] {
            let expected = Ok((key.to_owned(), value.to_owned()));
            assert_eq!(header(typed), expected, "{typed}");
        }
        for wrong in ["", "k", "=v", ": v"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }
}
