//! Where something is written.

use serde::Serialize;
use streamgen_idl::Span;

use super::Reader;

/// A range of a file: bytes from 0, lines and columns (characters) from 1, ends exclusive, as in the
/// messages of `-message-format json`.
#[derive(Serialize)]
pub(super) struct PlaceView {
    /// An index into the files of the document.
    file: usize,
    byte_start: u32,
    byte_end: u32,
    line_start: usize,
    column_start: usize,
    line_end: usize,
    column_end: usize,
}

/// `None` where there is no text: in a descriptor set, and in files that are built into the tool.
pub(super) fn place(reader: Reader<'_>, span: Span) -> Option<PlaceView> {
    let file = reader.sources.get(span.file)?;
    if file.text().is_empty() {
        return None;
    }
    let (start, end) = (file.line_column(span.start), file.line_column(span.end));
    Some(PlaceView {
        file: span.file.index(),
        byte_start: file.file_offset(span.start),
        byte_end: file.file_offset(span.end),
        line_start: start.line,
        column_start: start.column,
        line_end: end.line,
        column_end: end.column,
    })
}
