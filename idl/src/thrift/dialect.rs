//! Syntax of other Thrift dialects, which deserves a better answer than "expected a name".

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

const STREAMS: [&str; 2] = [
    "fbthrift's `stream` and `sink` are not supported",
    "write a plain result type, and `(streaming.mode = \"server\")` after the method",
];
const STRUCTURED_ANNOTATIONS: [&str; 2] = [
    "fbthrift's structured annotations are not supported",
    "write `(key = \"value\")` after the item",
];
const INTERACTIONS: [&str; 2] = [
    "fbthrift's interactions are not supported",
    "declare a service",
];
const PACKAGES: [&str; 2] = ["fbthrift's packages are not supported", "write `namespace`"];
const SENUM: [&str; 2] = [
    "`senum` is not supported",
    "write an `enum`, or `string` constants",
];
const QUOTED_NAMESPACE: [&str; 2] = [
    "a namespace stands without quotes",
    "write the name without quotes",
];

/// Explains the token `here` at offset `at`, where the grammar ended, if it is a dialect's.
pub(super) fn explain(
    file: FileId,
    text: &str,
    at: usize,
    here: &str,
    between_definitions: bool,
) -> Option<Diagnostic> {
    let before = text.get(..at)?.trim_end();
    let (start, length, [message, help]) = match here {
        "<" => {
            let word = last_word(before);
            if !["stream", "sink"].contains(&word) {
                return None;
            }
            (before.len() - word.len(), word.len(), STREAMS)
        }
        "@" => (at, 1, STRUCTURED_ANNOTATIONS),
        "interaction" if between_definitions => (at, here.len(), INTERACTIONS),
        ";" if second_last_word(before) == Some("performs") => (at, 1, INTERACTIONS),
        "package" if between_definitions => (at, here.len(), PACKAGES),
        "senum" if between_definitions => (at, here.len(), SENUM),
        "'" | "\"" if second_last_word(before) == Some("namespace") => (at, 1, QUOTED_NAMESPACE),
        _ => return None,
    };
    let span = Span::new(file, start as u32, (start + length) as u32);
    Some(
        Diagnostic::new(Code::UnsupportedSyntax, message)
            .label(span, "")
            .help(help),
    )
}

/// The letters at the end of a text.
fn last_word(before: &str) -> &str {
    let start = before
        .trim_end_matches(|char: char| char.is_ascii_alphabetic())
        .len();
    &before[start..]
}

fn second_last_word(before: &str) -> Option<&str> {
    before.split_whitespace().rev().nth(1)
}
