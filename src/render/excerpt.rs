//! The lines of an IDL that a message shows.
//!
//! A renderer that gets a whole file walks all of it for every message: a thousand errors in a file
//! of some megabytes would take minutes. It gets the lines around the labels, and empty lines
//! between them, which it folds.

use std::borrow::Cow;
use std::ops::Range;

use streamgen_idl::{FileId, Label, LineColumn, SourceFile, SourceMap, Span};

/// Labels farther apart, in lines, are shown in excerpts of their own.
const MAX_GAP: usize = 500;

/// Lines shown around a label where they explain a fold of one or two lines.
const CONTEXT: usize = 2;

/// Longest line that is shown, in bytes. A terminal has room for some hundred characters.
const MAX_LINE: usize = 4096;

/// Lines of one file, with the labels in them.
pub(super) struct Excerpt<'a> {
    file: &'a SourceFile,
    /// The lines with LF as line end; `None` when one of them is too long to be shown.
    pub(super) text: Option<String>,
    /// Where each line starts in `text`.
    starts: Vec<usize>,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The labels, in the order of the message.
    pub(super) labels: Vec<&'a Label>,
    /// Where the first label starts.
    pub(super) position: LineColumn,
}

/// Excerpts that show all labels, that of the first label first.
pub(super) fn of_labels<'a>(labels: &'a [Label], sources: &'a SourceMap) -> Vec<Excerpt<'a>> {
    let mut groups: Vec<(FileId, &SourceFile, Vec<&Label>)> = Vec::new();
    for label in labels {
        let Some(file) = sources.get(label.span.file) else {
            continue;
        };
        let line = file.line_at(label.span.start);
        let is_near = |other: &&Label| line.abs_diff(file.line_at(other.span.start)) <= MAX_GAP;
        let near = groups
            .iter_mut()
            .find(|(id, _, group)| *id == label.span.file && group.iter().any(is_near));
        match near {
            Some((.., group)) => group.push(label),
            None => groups.push((label.span.file, file, vec![label])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(_, file, labels)| {
            let spans: Vec<Span> = labels.iter().map(|label| label.span).collect();
            Excerpt::new(file, &spans, labels)
        })
        .collect()
}

/// The lines of one place; `None` when it is in no file of the map, or cannot be shown.
pub(super) fn of_span(span: Span, sources: &SourceMap) -> Option<Excerpt<'_>> {
    let excerpt = Excerpt::new(sources.get(span.file)?, &[span], Vec::new())?;
    excerpt.text.is_some().then_some(excerpt)
}

impl<'a> Excerpt<'a> {
    fn new(file: &'a SourceFile, spans: &[Span], labels: Vec<&'a Label>) -> Option<Self> {
        let lines: Vec<(usize, usize)> = spans.iter().map(|span| lines(file, *span)).collect();
        let first = lines.iter().map(|(start, _)| *start).min()?;
        let last = lines.iter().map(|(_, end)| *end).max()?;
        let is_shown = |line: usize| {
            let near = |of: usize| line.abs_diff(of) <= CONTEXT;
            lines.iter().any(|(start, end)| near(*start) || near(*end))
        };
        let mut text = Some(String::new());
        let mut starts = Vec::new();
        for line in first..=last {
            let shown = file.line(line).filter(|_| is_shown(line)).unwrap_or("");
            text = text.filter(|_| shown.len() <= MAX_LINE);
            if let Some(text) = &mut text {
                starts.push(text.len());
                text.push_str(shown);
                text.push('\n');
            }
        }
        Some(Self {
            file,
            text,
            starts,
            first_line: first,
            labels,
            position: file.line_column(spans[0].start),
        })
    }

    /// The path of the file, as it was opened.
    pub(super) fn path(&self) -> Cow<'a, str> {
        self.file.path().to_string_lossy()
    }

    /// A span of the file as a range of the text.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let (first, last) = lines(self.file, span);
        let start = self.offset(first, span.start);
        start..self.offset(last, span.end).max(start)
    }

    fn offset(&self, line: usize, offset: u32) -> usize {
        let start = self.starts.get(line - self.first_line);
        let Some((start, range)) = start.zip(self.file.line_range(line)) else {
            return 0;
        };
        start + (offset as usize).clamp(range.start, range.end) - range.start
    }
}

/// The lines on which a span starts and ends. One that goes on for too long ends on its first line.
fn lines(file: &SourceFile, span: Span) -> (usize, usize) {
    let start = file.line_at(span.start);
    // The end is exclusive: behind a line end it is still on that line.
    let end = file.line_at(span.end.saturating_sub(1).max(span.start));
    if end - start > MAX_GAP {
        (start, start)
    } else {
        (start, end)
    }
}
