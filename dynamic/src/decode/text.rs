//! JSON as Kitex writes it.

use std::fmt::{Display, LowerExp};
use std::io::Write as _;

use serde::Serialize;

/// A string, or what else serde_json writes.
pub(crate) fn put_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "a Vec takes all that is written");
}

/// The shortest decimal that is this double, with an exponent where Kitex's has one. JSON has no
/// number for what is not finite: that becomes a string, as in Protobuf's JSON; Kitex fails.
pub(crate) fn put_double(out: &mut Vec<u8>, value: f64) {
    match ALIKE.contains(&value.abs()) {
        true => put_decimal(out, value),
        false => put_real(out, value, &value, &value),
    }
}

/// The shortest decimal that is this float, in the same form.
pub(crate) fn put_float(out: &mut Vec<u8>, value: f32) {
    put_real(out, value.into(), &value, &value);
}

/// A number, which writes itself without an exponent or with one.
fn put_real(out: &mut Vec<u8>, value: f64, plain: &dyn Display, exponent: &dyn LowerExp) {
    let size = value.abs();
    let written = if !value.is_finite() {
        write!(out, "\"{}\"", infinite(value))
    } else if size == 0.0 || (1e-6..1e21).contains(&size) {
        write!(out, "{plain}")
    } else {
        // Go's exponent has a sign and two digits at least.
        let text = format!("{exponent:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(out, "{digits}e{sign}{exponent:0>2}")
    };
    debug_assert!(written.is_ok(), "a Vec takes all that is written");
}

/// The shortest decimal that is this finite double, never with an exponent.
pub(super) fn put_decimal(out: &mut Vec<u8>, value: f64) {
    if !ALIKE.contains(&value.abs()) {
        let written = write!(out, "{value}");
        debug_assert!(written.is_ok(), "a Vec takes all that is written");
        return;
    }
    put_json(out, &value);
    let point = if out.ends_with(b".0") { 2 } else { 0 };
    out.truncate(out.len() - point);
}

/// Sizes of doubles that serde_json writes as Go does, but for the `.0` of integers. It is faster than
/// Rust's `Display`. Between two decimals of which neither is nearer, it takes the even one, as Go does:
/// with a size beyond these, there are no such two.
const ALIKE: std::ops::Range<f64> = 1e-5..1e16;

/// What is not finite, in the words of Protobuf's JSON.
pub(crate) fn infinite(value: f64) -> &'static str {
    match value {
        _ if value.is_nan() => "NaN",
        _ if value > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

#[cfg(test)]
mod tests {
    use super::put_double;

    #[test]
    fn doubles_look_as_go_writes_them() {
        let table = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e16, "10000000000000000"),
            (5_313_709_134_953_957.0 / 4.0, "1328427283738489.2"),
            (5_313_709_134_953_959.0 / 4.0, "1328427283738489.8"),
            (9007199254740993.0, "9007199254740992"),
            (9999999999999998.0, "9999999999999998"),
            (-2.5, "-2.5"),
            (100.0, "100"),
            (1e-5, "0.00001"),
            (1.25e-5, "0.0000125"),
            (9.5e-6, "0.0000095"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-07"),
            (-5e-324, "-5e-324"),
            (f64::NEG_INFINITY, r#""-Infinity""#),
        ];
        for (value, text) in table {
            let mut out = Vec::new();
            put_double(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }

    #[test]
    fn the_shortest_decimal_of_a_double_is_read_as_that_double() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..10_000 {
            let value = (rng.f64() - 0.5) * 10_f64.powi(rng.i32(-9..25));
            let mut out = Vec::new();
            put_double(&mut out, value);
            let text = String::from_utf8_lossy(&out);
            assert_eq!(text.parse(), Ok(value), "{text}");
            let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
            let shown = value.to_string();
            assert!(digits(&text) <= digits(&shown), "{text}, not {shown}");
        }
    }
}
