//! Where in the text a part of a descriptor stands, and the comments there.

use std::collections::HashMap;

use protox::prost_reflect::prost_types::FileDescriptorProto;
use protox::prost_reflect::prost_types::source_code_info::Location;

use crate::model::Docs;
use crate::source::{FileId, Span};

/// The locations of one file by path: field numbers and indices from the root of the descriptor.
pub(super) struct Locations<'a> {
    file: FileId,
    by_path: HashMap<&'a [i32], &'a Location>,
    lines: Lines<'a>,
}

/// The span of one path; the start of the file when the descriptor does not say.
pub(in crate::protobuf) fn locate(
    descriptor: &FileDescriptorProto,
    file: FileId,
    text: &str,
    path: &[i32],
) -> Span {
    let mut locations = descriptor
        .source_code_info
        .iter()
        .flat_map(|info| &info.location);
    let found = locations.find(|location| location.path == path);
    Lines::of(text).span(file, found.map_or(&[], |location| &location.span))
}

impl<'a> Locations<'a> {
    pub(super) fn of(descriptor: &'a FileDescriptorProto, file: FileId, text: &'a str) -> Self {
        let all = descriptor
            .source_code_info
            .iter()
            .flat_map(|info| &info.location);
        let mut by_path = HashMap::new();
        for location in all {
            by_path.entry(location.path.as_slice()).or_insert(location);
        }
        Self {
            file,
            by_path,
            lines: Lines::of(text),
        }
    }

    /// The span of a path; the start of the file when the descriptor does not say.
    pub(super) fn span(&self, path: &[i32]) -> Span {
        let found = self.by_path.get(path);
        self.lines
            .span(self.file, found.map_or(&[], |location| &location.span))
    }

    /// The comment above the item, or else the one behind it.
    pub(super) fn docs(&self, path: &[i32]) -> Docs {
        let Some(location) = self.by_path.get(path) else {
            return Docs::default();
        };
        let comment = [&location.leading_comments, &location.trailing_comments]
            .into_iter()
            .flatten()
            .next();
        comment.map(|text| docs(text)).unwrap_or_default()
    }

    /// The comment on the file: that of the first of these paths which has one above it, or else the
    /// one that opens the file, which may be a licence.
    pub(super) fn docs_of_file(&self, paths: &[&[i32]]) -> Docs {
        let found = || paths.iter().filter_map(|path| self.by_path.get(path));
        let attached = found().find_map(|location| location.leading_comments.as_ref());
        let mut detached = found()
            .rev()
            .flat_map(|location| &location.leading_detached_comments);
        let comment = attached.or_else(|| detached.next());
        comment.map(|text| docs(text)).unwrap_or_default()
    }
}

/// Offsets of the lines of a text, as protox counts them: a line ends with LF.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// A span of a descriptor: line and column, then column or line and column, all from 0. Columns
    /// count bytes.
    fn span(&self, file: FileId, span: &[i32]) -> Span {
        let (start, end) = match *span {
            [line, from, to] => (self.offset(line, from), self.offset(line, to)),
            [line, from, last, to] => (self.offset(line, from), self.offset(last, to)),
            _ => (0, 0),
        };
        Span::new(file, start, end.max(start))
    }

    fn offset(&self, line: i32, column: i32) -> u32 {
        let line = usize::try_from(line).unwrap_or(0);
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let offset = start.saturating_add(usize::try_from(column).unwrap_or(0));
        offset.min(self.text.len()) as u32
    }
}

/// The lines of a comment, without the blank that usually follows the marker, nor what is left of
/// the marker `/**`.
fn docs(text: &str) -> Docs {
    let mut lines: Vec<String> = text
        .strip_prefix('*')
        .unwrap_or(text)
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    Docs { lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn spans_count_bytes_and_never_leave_the_text() {
        let file = SourceMap::new().add("a.proto".into(), String::new());
        let lines = Lines::of("ab\nçd\n");
        let offsets = |span: &[i32]| {
            let found = lines.span(file, span);
            (found.start, found.end)
        };
        assert_eq!(offsets(&[1, 0, 2]), (3, 5));
        assert_eq!(offsets(&[0, 1, 1, 3]), (1, 6));
        assert_eq!(offsets(&[7, 0, 9]), (7, 7));
        assert_eq!(offsets(&[-1, -5, i32::MAX]), (0, 7));
        assert_eq!(offsets(&[]), (0, 0));
    }

    #[test]
    fn comments_lose_one_blank_and_empty_ends() {
        assert_eq!(docs(" a\n   b \n\n").lines, ["a", "  b"]);
        assert_eq!(docs("* a\n * b\n").lines, ["a", "* b"]);
    }
}
