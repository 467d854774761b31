//! JSON as Kitex writes it.

use std::fmt::{Display, LowerExp};
use std::io::Write as _;

use serde::Serialize;

/// A string or an integer.
pub(crate) fn put_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "a Vec takes all that is written");
}

/// The shortest decimal that is this double, with an exponent where Kitex's has one. JSON has no
/// number for what is not finite: that becomes a string, as in Protobuf's JSON; Kitex fails.
pub(crate) fn put_double(out: &mut Vec<u8>, value: f64) {
    put_real(out, value, &value, &value);
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
}
