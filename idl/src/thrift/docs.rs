//! Comments → documentation (thrift-idl.md 2.2).
//!
//! An item is documented by the comments directly above it, of any form and without a blank line
//! between, or else by one behind it on the same line. Commented-out code documents nothing, but no
//! compiler can tell; neither do we try.

use super::scan::Comment;
use crate::model::Docs;
use crate::source::Span;

/// The comments of one file and the text around them.
pub(super) struct Comments<'a> {
    text: &'a str,
    /// The comments, in the order of the text.
    all: &'a [Comment],
}

impl<'a> Comments<'a> {
    pub(super) fn new(text: &'a str, all: &'a [Comment]) -> Self {
        Self { text, all }
    }

    /// The documentation of something that may end in a comment on the same line: a field, an enum
    /// value, a method, a typedef, a constant.
    pub(super) fn of_item(&self, span: Span) -> Docs {
        let above = self.above(span.start as usize);
        if !above.is_empty() {
            return self.docs(above);
        }
        self.docs(self.behind(span.end as usize))
    }

    /// The documentation of something with a body: only what stands above it.
    pub(super) fn of_block(&self, span: Span) -> Docs {
        self.docs(self.above(span.start as usize))
    }

    /// The comment that opens the file, unless it documents the first definition.
    pub(super) fn of_file(&self, first_definition: Option<Span>) -> Docs {
        let mut count = 0;
        let mut end = 0;
        while let Some(comment) = self.all.get(count)
            && self
                .line_breaks(end, comment.start)
                .is_some_and(|breaks| count == 0 || breaks <= 1)
        {
            end = comment.end;
            count += 1;
        }
        let attached = first_definition
            .and_then(|span| self.line_breaks(end, span.start as usize))
            .is_some_and(|breaks| breaks <= 1);
        if attached {
            Docs::default()
        } else {
            self.docs(&self.all[..count])
        }
    }

    fn above(&self, start: usize) -> &'a [Comment] {
        let last = self.all.partition_point(|comment| comment.end <= start);
        let mut first = last;
        let mut next_start = start;
        while let Some(comment) = first.checked_sub(1).map(|index| self.all[index]) {
            let Some(breaks) = self.line_breaks(comment.end, next_start) else {
                break;
            };
            // A comment that follows code on its line belongs to that code.
            if breaks > 1 || (breaks == 1 && !self.is_first_on_line(comment)) {
                break;
            }
            next_start = comment.start;
            first -= 1;
        }
        &self.all[first..last]
    }

    fn behind(&self, end: usize) -> &'a [Comment] {
        let rest = self.text.as_bytes().get(end..).unwrap_or_default();
        let gap = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b',' | b';'))
            .count();
        let index = self
            .all
            .partition_point(|comment| comment.start < end + gap);
        match self.all.get(index) {
            Some(comment) if comment.start == end + gap && self.is_last_on_line(*comment) => {
                &self.all[index..=index]
            }
            _ => &[],
        }
    }

    /// Number of line breaks between two offsets; `None` when anything but blanks stands there.
    fn line_breaks(&self, from: usize, to: usize) -> Option<usize> {
        let gap = self.text.get(from..to)?;
        let blank = gap
            .bytes()
            .all(|byte| byte.is_ascii_whitespace() || byte == 0x0B);
        blank.then(|| split_lines(gap).count() - 1)
    }

    fn is_first_on_line(&self, comment: Comment) -> bool {
        let before = self.text[..comment.start].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r'])
    }

    fn is_last_on_line(&self, comment: Comment) -> bool {
        let after = self.text[comment.end..].trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with(['\n', '\r'])
    }

    fn docs(&self, comments: &[Comment]) -> Docs {
        let mut lines: Vec<String> = Vec::new();
        for comment in comments {
            append_lines(&mut lines, &self.text[comment.start..comment.end]);
        }
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        let blank = lines.iter().take_while(|line| line.is_empty()).count();
        lines.drain(..blank);
        Docs { lines }
    }
}

/// Adds the text of one comment, markers stripped.
fn append_lines(lines: &mut Vec<String>, comment: &str) {
    let Some(body) = comment.strip_prefix("/*") else {
        let marker = if comment.starts_with('#') { '#' } else { '/' };
        lines.push(strip_one_space(comment.trim_start_matches(marker)).to_owned());
        return;
    };
    let body = body
        .strip_suffix("*/")
        .unwrap_or(body)
        .trim_start_matches('*')
        .trim_end_matches('*');
    let starred = split_lines(body).skip(1).all(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('*')
    });
    let indent = if starred { 0 } else { common_indent(body) };
    for (index, line) in split_lines(body).enumerate() {
        let line = match (index, starred) {
            (0, _) => line.trim_start(),
            (_, true) => strip_one_space(line.trim_start().trim_start_matches('*')),
            (_, false) => line.get(indent..).unwrap_or_default().trim_end(),
        };
        lines.push(line.trim_end().to_owned());
    }
}

fn strip_one_space(line: &str) -> &str {
    line.strip_prefix(' ').unwrap_or(line).trim_end()
}

/// The blanks that all lines but the first start with, in bytes.
fn common_indent(body: &str) -> usize {
    split_lines(body)
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            line.bytes()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count()
        })
        .min()
        .unwrap_or(0)
}

/// Lines ended by LF, CRLF or a lone CR.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest?;
        let Some(at) = current.find(['\r', '\n']) else {
            rest = None;
            return Some(current);
        };
        let length = if current[at..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = Some(&current[at + length..]);
        Some(&current[..at])
    })
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;
    use crate::source::SourceMap;

    /// The documentation of the first `x` in the text.
    fn docs_of_x(text: &str) -> Vec<String> {
        let file = SourceMap::new().add("a.thrift".into(), String::new());
        let all = scan(file, text).unwrap();
        let at = text.find('x').unwrap() as u32;
        Comments::new(text, &all)
            .of_item(Span::new(file, at, at + 1))
            .lines
    }

    #[test]
    fn comments_above_of_any_form_are_joined() {
        assert_eq!(docs_of_x("// a\n# b\n/* c */\nx"), ["a", "b", "c"]);
        assert_eq!(docs_of_x("/// a\r\n///   b \r\nx"), ["a", "  b"]);
    }

    #[test]
    fn a_blank_line_separates() {
        assert_eq!(docs_of_x("// licence\n\n// a\nx"), ["a"]);
        assert!(docs_of_x("// a\n\nx").is_empty());
    }

    #[test]
    fn block_comments_lose_their_stars_or_their_indent() {
        assert_eq!(
            docs_of_x("/**\n * a\n *\n *   b\n **/\nx"),
            ["a", "", "  b"]
        );
        assert_eq!(docs_of_x("/*\n    a\n      b\n  */ x"), ["a", "  b"]);
        assert_eq!(docs_of_x("/** a **/ x"), ["a"]);
        assert!(docs_of_x("/**/ x").is_empty());
    }

    #[test]
    fn a_comment_behind_the_item_counts_when_there_is_none_above() {
        assert_eq!(docs_of_x("a, // of a\nx, // of x\nb"), ["of x"]);
        assert_eq!(docs_of_x("// above\nx, // behind"), ["above"]);
        // In the middle of a line a comment belongs to what follows.
        assert!(docs_of_x("x /* of b */ b").is_empty());
        assert_eq!(docs_of_x("a /* about */ x"), ["about"]);
    }

    #[test]
    fn the_comment_that_opens_the_file() {
        let file_docs = |text: &str| {
            let file = SourceMap::new().add("a.thrift".into(), String::new());
            let all = scan(file, text).unwrap();
            let definition = text
                .find("struct")
                .map(|at| Span::new(file, at as u32, at as u32));
            Comments::new(text, &all).of_file(definition).lines
        };
        assert_eq!(
            file_docs("\n// a\n// b\nnamespace go x\n// c\nstruct A {}"),
            ["a", "b"]
        );
        assert_eq!(file_docs("// a\n\nstruct A {}"), ["a"]);
        assert!(file_docs("// a\nstruct A {}").is_empty());
        assert!(file_docs("namespace go x // a").is_empty());
        assert!(file_docs("").is_empty());
    }
}
