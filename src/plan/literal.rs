//! Literals of Rust, escaped.

/// A string literal.
pub(crate) fn string(text: &str) -> String {
    format!("{text:?}")
}

/// A byte string literal.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_literal() {
        assert_eq!(string("a\"b\\\n新\u{202e}'"), r#""a\"b\\\n新\u{202e}'""#);
        assert_eq!(bytes(b"a\"\\\n\xff'"), r#"b"a\"\\\n\xff\'""#);
    }
}
