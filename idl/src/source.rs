//! The text of every file that was read, and positions in it.
//!
//! [`SourceMap`] is the only owner of file text. Everything else, the model and every
//! [`Diagnostic`](crate::Diagnostic) included, points into it with a [`Span`].

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::encoding;

/// Identifies one loaded file, in the [`SourceMap`] and in the [`Schema`](crate::model::Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct FileId(pub(crate) u32);

impl FileId {
    /// Position of the file in load order; the root file is 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one file. `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The empty range at the start of this one.
    #[must_use]
    pub fn start_point(self) -> Self {
        Self {
            end: self.start,
            ..self
        }
    }
}

/// A position for people: both numbers are 1-based, and the column counts characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineColumn {
    /// Line number, from 1.
    pub line: usize,
    /// Character number in the line, from 1. A tab counts as one character.
    pub column: usize,
}

/// One loaded file.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    /// Bytes of the file before the text: a byte order mark.
    skipped: u32,
    /// Byte offset at which each line starts; the first entry is 0.
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// The path under which the file was opened, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text as read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in the file the byte at `offset` of the text is: they differ by a byte order mark.
    #[must_use]
    pub fn file_offset(&self, offset: u32) -> u32 {
        self.skipped + offset
    }

    /// Line and column of the byte at `offset`. An offset beyond the end, or inside a character,
    /// is moved back to the nearest position that exists.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = floor_char_boundary(&self.text, offset as usize);
        let line = self.line_at(offset as u32);
        let start = self.line_starts[line - 1] as usize;
        LineColumn {
            line,
            column: self.text[start..offset].chars().count() + 1,
        }
    }

    /// The number, from 1, of the line that holds the byte at `offset`; the last line for an offset
    /// beyond the end.
    #[must_use]
    pub fn line_at(&self, offset: u32) -> usize {
        let starts = &self.line_starts;
        starts.partition_point(|&start| start <= offset).max(1)
    }

    /// The bytes of the 1-based `line`, without its line end; `None` when there is no such line.
    #[must_use]
    pub fn line_range(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.line_starts.get(line.checked_sub(1)?)? as usize;
        let end = self
            .line_starts
            .get(line)
            .map_or(self.text.len(), |&next| next as usize);
        let text = self.text[start..end].trim_end_matches(['\r', '\n']);
        Some(start..start + text.len())
    }

    /// The text of the 1-based `line`, without its line end; `None` when there is no such line.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<&str> {
        self.line_range(line).map(|range| &self.text[range])
    }
}

/// Every file of a run, by [`FileId`].
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// A map without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes ownership of a file's text. The caller keeps texts below 4 GiB, see
    /// [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    pub fn add(&mut self, path: PathBuf, text: String) -> FileId {
        self.add_behind(path, text, 0)
    }

    /// As [`add`](Self::add), for the bytes of a file. Of one that is not UTF-8 the part before the
    /// first offending byte is added; then the offset in the file of that byte is returned too.
    pub(crate) fn add_bytes(&mut self, path: PathBuf, bytes: Vec<u8>) -> (FileId, Option<usize>) {
        let decoded = encoding::decode(bytes);
        let id = self.add_behind(path, decoded.text, decoded.skipped as u32);
        (id, decoded.invalid_at)
    }

    fn add_behind(&mut self, path: PathBuf, text: String, skipped: u32) -> FileId {
        let line_starts = line_starts(&text);
        self.files.push(SourceFile {
            path,
            text,
            skipped,
            line_starts,
        });
        FileId((self.files.len() - 1) as u32)
    }

    /// The file with this id; `None` for an id of another map.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.index())
    }

    /// All files with their ids, in load order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index as u32), file))
    }

    /// The text under a span; empty when the span does not belong to this map.
    #[must_use]
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// Path, line and column of the start of a span; `None` when it does not belong to this map.
    #[must_use]
    pub fn position(&self, span: Span) -> Option<(&Path, LineColumn)> {
        let file = self.get(span.file)?;
        Some((file.path(), file.line_column(span.start)))
    }
}

/// LF, CRLF and a lone CR each end a line (thrift-idl.md 2.1: the reading of thriftgo).
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|&(at, &byte)| {
        byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
    });
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at as u32 + 1))
        .collect()
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (SourceMap, FileId) {
        let mut map = SourceMap::new();
        let id = map.add("a.thrift".into(), text.into());
        (map, id)
    }

    #[test]
    fn columns_count_characters() {
        let (map, id) = file("// 你好 x\nstruct");
        let file = map.get(id).unwrap();
        assert_eq!(file.line_column(10), LineColumn { line: 1, column: 7 });
        assert_eq!(file.line_column(12), LineColumn { line: 2, column: 1 });
        // Inside a character: its start. Beyond the end: the end.
        assert_eq!(file.line_column(4), LineColumn { line: 1, column: 4 });
        assert_eq!(file.line_column(999), LineColumn { line: 2, column: 7 });
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let (map, id) = file("a\nb\r\nc\rd");
        let file = map.get(id).unwrap();
        let lines: Vec<_> = (1..=5).map(|line| file.line(line)).collect();
        assert_eq!(lines, [Some("a"), Some("b"), Some("c"), Some("d"), None]);
        assert_eq!(file.line_column(7), LineColumn { line: 4, column: 1 });
    }

    #[test]
    fn snippets_of_foreign_spans_are_empty() {
        let (map, id) = file("abc");
        assert_eq!(map.snippet(Span::new(id, 1, 3)), "bc");
        assert_eq!(map.snippet(Span::new(id, 2, 9)), "");
        assert_eq!(map.snippet(Span::new(FileId(7), 0, 1)), "");
    }
}
