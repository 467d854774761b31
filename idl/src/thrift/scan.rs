//! A look at the raw text before the grammar sees it.
//!
//! The scan finds the comments, for docs.rs, and the three mistakes that a grammar reports badly or
//! not at all: a comment that never ends, a string that never ends, and nesting so deep that a
//! recursive parser would run out of stack.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Deepest nesting of brackets of any kind, and of values through constants. Real files stay below
/// ten; the bound keeps every recursion over types and values shallow.
pub(crate) const MAX_NESTING: usize = 64;

/// A comment, markers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Finds all comments of a file, in order.
pub(crate) fn scan(file: FileId, text: &str) -> Result<Vec<Comment>, Box<Diagnostic>> {
    let bytes = text.as_bytes();
    let error = |code, message: &str, start: usize, length: usize, label: &str| {
        let span = Span::new(file, start as u32, (start + length) as u32);
        Diagnostic::new(code, message).label(span, label)
    };
    let mut comments = Vec::new();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match (byte, bytes.get(at)) {
            (b'#', _) | (b'/', Some(b'/')) => {
                at = end_of_line(bytes, at);
                comments.push(Comment { start, end: at });
            }
            (b'/', Some(b'*')) => {
                let Some(end) = text[start + 2..].find("*/") else {
                    let message = "this comment is never closed";
                    let found = error(Code::UnterminatedComment, message, start, 2, "opened here");
                    return Err(Box::new(found.help("close it with `*/`")));
                };
                at = start + 2 + end + 2;
                comments.push(Comment { start, end: at });
            }
            (quote @ (b'"' | b'\''), _) => {
                let Some(end) = end_of_literal(bytes, at, quote) else {
                    let message = "this string is never closed";
                    let found = error(Code::UnterminatedString, message, start, 1, "opened here");
                    return Err(Box::new(found));
                };
                at = end;
            }
            (b'<' | b'[' | b'{' | b'(', _) => {
                depth += 1;
                if depth > MAX_NESTING {
                    let message = format!("brackets are nested more than {MAX_NESTING} deep");
                    let found = error(Code::NestingTooDeep, &message, start, 1, "one too many");
                    return Err(Box::new(found));
                }
            }
            (b'>' | b']' | b'}' | b')', _) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(comments)
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let rest = &bytes[from..];
    from + rest
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(rest.len())
}

/// The offset after the closing quote; a backslash takes the next byte out of the search.
fn end_of_literal(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn scan(text: &str) -> Result<Vec<&str>, (Code, usize)> {
        let file = SourceMap::new().add("a.thrift".into(), String::new());
        match super::scan(file, text) {
            Ok(comments) => Ok(comments.iter().map(|c| &text[c.start..c.end]).collect()),
            Err(error) => Err((error.code, error.labels[0].span.start as usize)),
        }
    }

    #[test]
    fn comments_of_all_forms_are_found() {
        let text = "a // b\rc /* d \n e */ # f\n'# // /*' \"\\\" // \" /**/";
        assert_eq!(scan(text).unwrap(), ["// b", "/* d \n e */", "# f", "/**/"]);
    }

    #[test]
    fn what_is_never_closed_is_reported_where_it_opens() {
        assert_eq!(scan("a /* b"), Err((Code::UnterminatedComment, 2)));
        assert_eq!(scan("a /*/"), Err((Code::UnterminatedComment, 2)));
        assert_eq!(scan("'it' \"it's"), Err((Code::UnterminatedString, 5)));
        assert_eq!(scan("x \"\\"), Err((Code::UnterminatedString, 2)));
    }

    #[test]
    fn nesting_is_bounded_whatever_the_bracket() {
        assert!(scan(&"<[{(".repeat(MAX_NESTING / 4)).is_ok());
        assert_eq!(
            scan(&"<[{(".repeat(100_000)),
            Err((Code::NestingTooDeep, MAX_NESTING))
        );
        assert!(scan(&"<>[]{}()".repeat(1000)).is_ok());
    }
}
