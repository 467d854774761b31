//! The percent-encoding of `grpc-message` (grpc-and-pingpong.md A.8).

use std::borrow::Cow;

use faststr::FastStr;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

/// What is not sent as it is, besides bytes that are not ASCII: all but 0x20 to 0x7e without `%`.
const ESCAPED: AsciiSet = CONTROLS.add(b'%');

/// `message` as a header value, which is borrowed if nothing has to be escaped.
#[must_use]
pub fn encode(message: &str) -> Cow<'_, str> {
    utf8_percent_encode(message, &ESCAPED).into()
}

/// The message of a header value. A malformed escape stays as it is, bad UTF-8 becomes U+FFFD:
/// a text for humans is no reason to lose the status.
#[must_use]
pub fn decode(value: &[u8]) -> FastStr {
    match percent_decode(value).decode_utf8_lossy() {
        Cow::Borrowed(text) => FastStr::new(text),
        Cow::Owned(text) => FastStr::from_string(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn g39_a_message_in_chinese_with_a_percent_sign() {
        let encoded = "%E4%BD%99%E9%A2%9D%E4%B8%8D%E8%B6%B3 100%25";
        assert_eq!(encode("余额不足 100%"), encoded);
        assert_eq!(decode(encoded.as_bytes()), "余额不足 100%");
    }

    #[test]
    fn visible_ascii_is_sent_as_it_is() {
        assert!(matches!(encode("a b/~!\"{}<>"), Cow::Borrowed(_)));
        assert_eq!(encode("\t\n\r\0\x7f"), "%09%0A%0D%00%7F");
    }

    #[test]
    fn malformed_escapes_stay() {
        for text in ["%", "a%4", "%zz", "100%"] {
            assert_eq!(decode(text.as_bytes()), text);
        }
        assert_eq!(decode(b"%ff%41"), "\u{fffd}A");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            let encoded = encode(&text).into_owned();
            prop_assert!(encoded.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
            prop_assert_eq!(decode(encoded.as_bytes()), text);
        }
    }
}
