//! The text of literals, decoded: strings, integers, doubles, uuids.

/// A backslash sequence without a meaning, as a byte range of the raw text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InvalidEscape {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Decodes the escapes of thrift-idl.md 2.3. The result is bytes because `\xHH` names a byte, as it
/// does in Go; only a `binary` may hold bytes that are not UTF-8.
pub(crate) fn decode_string(raw: &str) -> Result<Vec<u8>, InvalidEscape> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        decoded.extend_from_slice(&rest.as_bytes()[..at]);
        let start = raw.len() - rest.len() + at;
        let Some((escape, length)) = decode_escape(&rest[at + 1..]) else {
            let next = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
            return Err(InvalidEscape {
                start,
                end: start + 1 + next,
            });
        };
        match escape {
            Escape::Byte(byte) => decoded.push(byte),
            Escape::Char(char) => {
                decoded.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes())
            }
        }
        rest = &rest[at + 1 + length..];
    }
    decoded.extend_from_slice(rest.as_bytes());
    Ok(decoded)
}

/// Decodes what can be decoded and keeps the rest as it stands: annotation values hold regular
/// expressions and Go tags, whose backslashes are not ours.
pub(crate) fn decode_string_leniently(raw: &str) -> String {
    match decode_string(raw).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        _ => raw.replace("\\\"", "\"").replace("\\'", "'"),
    }
}

enum Escape {
    Byte(u8),
    Char(char),
}

/// Decodes the escape whose backslash stands before `rest`, with the number of bytes it takes.
fn decode_escape(rest: &str) -> Option<(Escape, usize)> {
    let byte = match rest.as_bytes().first()? {
        b'r' => b'\r',
        b'n' => b'\n',
        b't' => b'\t',
        b'0' => 0,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'v' => 0x0B,
        quote @ (b'"' | b'\'' | b'\\') => *quote,
        b'x' => return Some((Escape::Byte(hex(rest, 2)? as u8), 3)),
        b'u' => return Some((Escape::Char(char::from_u32(hex(rest, 4)?)?), 5)),
        _ => return None,
    };
    Some((Escape::Byte(byte), 1))
}

/// The `digits` hexadecimal digits after the first byte of `rest`.
fn hex(rest: &str, digits: usize) -> Option<u32> {
    let text = rest.get(1..=digits)?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(())?;
    u32::from_str_radix(text, 16).ok()
}

/// How an integer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    Decimal,
    /// Decimal with a leading zero, which thriftgo reads as octal (thrift-idl.md 2.4).
    LeadingZero,
    /// `0x…` or `0o…`.
    Prefixed,
}

/// The value of an integer literal; `None` beyond i64.
pub(crate) fn parse_integer(text: &str) -> Option<i64> {
    let (sign, digits) = split_sign(text);
    let magnitude = match digits.get(..2) {
        Some("0x" | "0X") => i128::from_str_radix(&digits[2..], 16),
        Some("0o") => i128::from_str_radix(&digits[2..], 8),
        _ => digits.parse::<i128>(),
    };
    i64::try_from(magnitude.ok()? * sign).ok()
}

/// How an integer literal is written.
pub(crate) fn notation(text: &str) -> Notation {
    let (_, digits) = split_sign(text);
    match digits.as_bytes() {
        [b'0', b'x' | b'X' | b'o', ..] => Notation::Prefixed,
        [b'0', b'0'..=b'9', ..] => Notation::LeadingZero,
        _ => Notation::Decimal,
    }
}

fn split_sign(text: &str) -> (i128, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    }
}

/// The value of a double literal; `None` when it is too large to be finite.
pub(crate) fn parse_double(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads the 8-4-4-4-12 form, with or without braces, in either case.
pub(crate) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    let groups: Vec<&str> = inner.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    if !lengths.eq([8, 4, 4, 4, 12]) || !inner.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()) {
        return None;
    }
    Some(
        u128::from_str_radix(&groups.concat(), 16)
            .ok()?
            .to_be_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(
            decode_string(r#"a\r\n\t\0\a\b\f\v\"\'\\z"#).unwrap(),
            b"a\r\n\t\0\x07\x08\x0C\x0B\"'\\z"
        );
        assert_eq!(decode_string(r"\x41\u65b0").unwrap(), "A新".as_bytes());
        assert_eq!(decode_string(r"\xFF").unwrap(), [0xFF]);
        assert_eq!(decode_string("一\n行").unwrap(), "一\n行".as_bytes());
    }

    #[test]
    fn escapes_without_meaning_are_shown() {
        let error = |raw| decode_string(raw).unwrap_err();
        assert_eq!(error(r"ab\d"), InvalidEscape { start: 2, end: 4 });
        assert_eq!(error(r"\x4"), InvalidEscape { start: 0, end: 2 });
        assert_eq!(error(r"\x+1"), InvalidEscape { start: 0, end: 2 });
        assert_eq!(error(r"\uD800"), InvalidEscape { start: 0, end: 2 });
        assert_eq!(error("\\你"), InvalidEscape { start: 0, end: 4 });
        assert_eq!(error("\\"), InvalidEscape { start: 0, end: 1 });
        assert_eq!(decode_string_leniently(r#"^\d+\"$"#), r#"^\d+"$"#);
    }

    #[test]
    fn integers() {
        let cases = [
            ("12", Some(12)),
            ("+12", Some(12)),
            ("-12", Some(-12)),
            ("0x1F", Some(31)),
            ("-0X1f", Some(-31)),
            ("0o17", Some(15)),
            ("010", Some(10)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("99999999999999999999999999999999999999999999", None),
        ];
        for (text, value) in cases {
            assert_eq!(parse_integer(text), value, "{text}");
        }
        assert_eq!(notation("-089"), Notation::LeadingZero);
        assert_eq!(notation("0"), Notation::Decimal);
        assert_eq!(notation("0o7"), Notation::Prefixed);
    }

    #[test]
    fn doubles() {
        assert_eq!(parse_double(".5"), Some(0.5));
        assert_eq!(parse_double("-2.5E+7"), Some(-2.5e7));
        assert_eq!(parse_double("1e999"), None);
    }

    #[test]
    fn uuids() {
        let text = "00112233-4455-6677-8899-aaBBccDDeeFF";
        let bytes = [
            0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255,
        ];
        assert_eq!(parse_uuid(text), Some(bytes));
        assert_eq!(parse_uuid(&format!("{{{text}}}")), Some(bytes));
        for bad in [
            "",
            "00112233445566778899aabbccddeeff",
            "0011223-34455-6677-8899-aabbccddeeff",
            &text[1..],
        ] {
            assert_eq!(parse_uuid(bad), None, "{bad}");
        }
    }
}
