//! Diagnostics as rustc prints them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use streamgen_idl::{Diagnostic, FileId, Label, Severity, SourceMap};

/// The word in front of a message without a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Title {
    Error,
    Warning,
    Note,
}

/// A message without a place: one line.
pub(super) fn title(title: Title, message: &str) -> String {
    let level = match title {
        Title::Error => Level::ERROR,
        Title::Warning => Level::WARNING,
        Title::Note => Level::NOTE,
    };
    renderer().render(&[Group::with_title(level.primary_title(message))])
}

/// A message with the lines of the IDL it is about. Colours are in the text; the stream it is
/// written to drops them when nobody could see them.
pub(super) fn diagnostic(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let code = diagnostic.code.to_string();
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(&code));
    for (index, file) in files(diagnostic).into_iter().enumerate() {
        let Some(source) = sources.get(file) else {
            continue;
        };
        let path = source.path().to_string_lossy();
        let labels = diagnostic
            .labels
            .iter()
            .filter(|label| label.span.file == file);
        let annotations = labels.enumerate().map(|(n, label)| {
            let kind = match (index, n) {
                (0, 0) => AnnotationKind::Primary,
                _ => AnnotationKind::Context,
            };
            annotation(kind, label, source.text().len())
        });
        let snippet = Snippet::source(source.text())
            .path(path)
            .annotations(annotations);
        group = group.element(snippet);
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer().render(&[group])
}

/// The files of the labels, that of the primary label first.
fn files(diagnostic: &Diagnostic) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

fn annotation(
    kind: AnnotationKind,
    label: &Label,
    len: usize,
) -> annotate_snippets::Annotation<'_> {
    let (start, end) = (label.span.start as usize, label.span.end as usize);
    let range = start.min(len)..end.clamp(start.min(len), len);
    let annotation = kind.span(range);
    if label.text.is_empty() {
        annotation
    } else {
        annotation.label(label.text.as_str())
    }
}

fn renderer() -> Renderer {
    Renderer::styled()
}
