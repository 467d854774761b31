//! Messages for programs: `-message-format json`.
//!
//! One JSON object a line on stdout. The README documents the fields; none is ever removed or given
//! another meaning, new ones may be added. A field without a value is `null` or empty, never absent.

use std::path::Path;

use annotate_snippets::{Level, Renderer};
use serde::Serialize;
use streamgen_idl::{Code, Diagnostic, SourceMap, Span};

use super::console::Notice;
use crate::output::{Action, Change};
use crate::render;

/// One line.
#[derive(Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub(super) enum Message<'a> {
    /// Something to tell the user.
    Diagnostic(DiagnosticMessage<'a>),
    /// What changes in a file.
    Diff(DiffMessage<'a>),
    /// The last line of every run.
    Finished(Finished<'a>),
}

/// The diagnostic of the IDL, or a message without code and place.
#[derive(Serialize)]
pub(super) struct DiagnosticMessage<'a> {
    severity: String,
    code: Option<Code>,
    message: &'a str,
    labels: Vec<Label<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    suggestion: Option<Suggestion<'a>>,
    /// What the human format shows, without colours.
    rendered: String,
}

/// The change of one file.
#[derive(Serialize)]
pub(super) struct DiffMessage<'a> {
    /// Relative to the output folder.
    path: &'a Path,
    /// In the unified form.
    diff: &'a str,
}

#[derive(Serialize)]
struct Label<'a> {
    /// Whether the problem is here, and not only a part of the explanation.
    primary: bool,
    text: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    replacement: &'a str,
    #[serde(flatten)]
    place: Place,
}

/// A range of a file on disk: bytes from 0, lines and columns (characters) from 1, ends exclusive.
#[derive(Serialize)]
struct Place {
    file: String,
    byte_start: u32,
    byte_end: u32,
    line_start: usize,
    column_start: usize,
    line_end: usize,
    column_end: usize,
}

/// What the run did to the disk.
#[derive(Serialize)]
pub(super) struct Finished<'a> {
    success: bool,
    /// The folder that the paths are relative to; `None` when nothing was written.
    out: Option<&'a Path>,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a Path,
    action: &'static str,
}

impl<'a> Message<'a> {
    pub(super) fn of_diagnostic(found: &'a Diagnostic, sources: &SourceMap) -> Self {
        let labels = found
            .labels
            .iter()
            .enumerate()
            .filter_map(|(index, label)| {
                Some(Label {
                    primary: index == 0,
                    text: &label.text,
                    place: place(label.span, sources)?,
                })
            });
        let suggestion = found.suggestion.as_ref().and_then(|suggestion| {
            Some(Suggestion {
                replacement: &suggestion.replacement,
                place: place(suggestion.span, sources)?,
            })
        });
        Self::Diagnostic(DiagnosticMessage {
            severity: found.severity.to_string(),
            code: Some(found.code),
            message: &found.message,
            labels: labels.collect(),
            notes: &found.notes,
            help: found.help.as_deref(),
            suggestion,
            rendered: render::diagnostic(&Renderer::plain(), found, sources),
        })
    }

    pub(super) fn of_notice(notice: Notice, message: &'a str) -> Self {
        let level: Level<'_> = notice.into();
        Self::Diagnostic(DiagnosticMessage {
            severity: notice.word().to_owned(),
            code: None,
            message,
            labels: Vec::new(),
            notes: &[],
            help: None,
            suggestion: None,
            rendered: render::title(&Renderer::plain(), level, message),
        })
    }

    pub(super) fn of_diff(path: &'a Path, diff: &'a str) -> Self {
        Self::Diff(DiffMessage { path, diff })
    }

    pub(super) fn finished(success: bool, out: Option<&'a Path>, changes: &'a [Change]) -> Self {
        let files = changes.iter().map(|change| File {
            path: &change.path,
            action: verb(change.action),
        });
        Self::Finished(Finished {
            success,
            out,
            files: files.collect(),
        })
    }
}

/// What was done with a file, in a word.
pub(super) fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Unchanged => "unchanged",
        Action::Keep => "keep",
        Action::Complete => "complete",
        Action::Remove => "remove",
    }
}

fn place(span: Span, sources: &SourceMap) -> Option<Place> {
    let file = sources.get(span.file)?;
    let (start, end) = (file.line_column(span.start), file.line_column(span.end));
    Some(Place {
        file: file.path().to_string_lossy().into_owned(),
        byte_start: file.file_offset(span.start),
        byte_end: file.file_offset(span.end),
        line_start: start.line,
        column_start: start.column,
        line_end: end.line,
        column_end: end.column,
    })
}
