//! Strings of JSON.

use std::io::Write as _;

/// Bytes that are looked at together.
const WORD: usize = size_of::<u64>();

/// A string. Between the letters that JSON escapes, of which most strings have none, it is copied.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, behind) = rest.split_at(plain_len(rest));
        out.extend_from_slice(plain);
        let Some((&letter, behind)) = behind.split_first() else {
            break;
        };
        put_escape(out, letter);
        rest = behind;
    }
    out.push(b'"');
}

/// How many bytes stand before the first one that is [escaped](is_escaped).
fn plain_len(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<WORD>();
    let from = words.iter().position(|&word| has_escape(word));
    let (from, word) = match from {
        Some(at) => (at * WORD, &words[at][..]),
        None => (text.len() - rest.len(), rest),
    };
    let found = word.iter().position(|&byte| is_escaped(byte));
    from + found.unwrap_or(word.len())
}

fn put_escape(out: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        control => {
            let written = write!(out, "\\u{control:04x}");
            debug_assert!(written.is_ok(), "a Vec takes all that is written");
            return;
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}

/// Whether JSON has to write the byte in another way: quotes, backslashes and controls.
fn is_escaped(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\')
}

/// Tells whether JSON [escapes](is_escaped) one of the eight bytes, which are looked at together. The subtraction of `n`
/// sets the highest bit of each byte that is less than `n`. Bytes that had this bit before are no ASCII, and do
/// not count. A byte may borrow from the next one, which then seems to be less than `n`, too; the answer is the
/// same, because the byte that borrowed is less.
fn has_escape(word: [u8; WORD]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let word = u64::from_ne_bytes(word);
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, u64::from(b' ')) | is(b'"') | is(b'\\')) & HIGH != 0
}

#[cfg(test)]
mod tests {
    use super::put_text;

    #[test]
    fn every_byte_at_every_place_of_a_string_is_escaped_as_json_has_it() {
        for byte in (0..=127_u8).chain([b'\xc3']) {
            let letter = match byte {
                0..=127 => char::from(byte),
                _ => 'ã',
            };
            for at in 0..17 {
                let text = format!("{}{letter}{}", "a".repeat(at), "é".repeat(9));
                let mut out = Vec::new();
                put_text(&mut out, &text);
                let json = serde_json::Value::from(text).to_string();
                assert_eq!(String::from_utf8_lossy(&out), json);
            }
        }
    }
}
