//! Diagnostics as rustc prints them, on a terminal and in what Cargo prints of a `build.rs`.

mod excerpt;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Padding, Patch, Renderer, Snippet,
};
use streamgen_idl::{Diagnostic, Label, Severity, SourceMap, Suggestion};

use excerpt::Excerpt;

/// A message without a place: one line, and below it text to paste, as it is.
pub(crate) fn title(renderer: &Renderer, level: Level<'_>, message: &str) -> String {
    let (title, below) = message.split_once('\n').unwrap_or((message, ""));
    let title = renderer.render(&[Group::with_title(level.primary_title(title))]);
    match below {
        "" => title,
        _ => format!("{title}\n{below}"),
    }
}

/// A message with the lines of the IDL it is about. The cost is bounded by what is shown, not by the
/// size of the file.
pub(crate) fn diagnostic(renderer: &Renderer, found: &Diagnostic, sources: &SourceMap) -> String {
    let code = found.code.as_str();
    let title = level(found.severity).primary_title(&found.message).id(code);
    let excerpts = excerpt::of_labels(&found.labels, sources);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        group = place(group, excerpt, found.labels.first());
    }
    for note in &found.notes {
        group = group.element(Level::NOTE.message(note));
    }
    let suggestion = found
        .suggestion
        .as_ref()
        .and_then(|suggestion| Some((excerpt::of_span(suggestion.span, sources)?, suggestion)));
    match (&found.help, &suggestion) {
        (None, _) => renderer.render(&[group]),
        (Some(help), None) => renderer.render(&[group.element(Level::HELP.message(help))]),
        (Some(help), Some((excerpt, suggestion))) => {
            let patched = patched(help, excerpt, suggestion);
            renderer.render(&[group.element(Padding), patched])
        }
    }
}

/// The word in front of a message.
pub(crate) fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// The lines of one excerpt with its labels, or no more than the position where they are too long
/// for a terminal.
fn place<'a>(group: Group<'a>, excerpt: &'a Excerpt<'a>, primary: Option<&Label>) -> Group<'a> {
    let Some(text) = &excerpt.text else {
        let at = excerpt.position;
        let origin = Origin::path(excerpt.path())
            .line(at.line)
            .char_column(at.column);
        return group.element(origin);
    };
    let annotations = excerpt.labels.iter().map(|label| {
        let kind = match primary {
            Some(primary) if std::ptr::eq(primary, *label) => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        annotation(kind, excerpt, label)
    });
    let snippet = Snippet::source(text.as_str())
        .path(excerpt.path())
        .line_start(excerpt.first_line)
        .annotations(annotations);
    group.element(snippet)
}

fn annotation<'a>(kind: AnnotationKind, excerpt: &Excerpt<'_>, label: &'a Label) -> Annotation<'a> {
    let annotation = kind.span(excerpt.range(label.span));
    if label.text.is_empty() {
        annotation
    } else {
        annotation.label(label.text.as_str())
    }
}

/// The line as it would be with the suggestion.
fn patched<'a>(help: &'a str, excerpt: &'a Excerpt<'a>, suggestion: &'a Suggestion) -> Group<'a> {
    let group = Group::with_title(Level::HELP.secondary_title(help));
    let Some(text) = &excerpt.text else {
        return group;
    };
    let patch = Patch::new(
        excerpt.range(suggestion.span),
        suggestion.replacement.as_str(),
    );
    let snippet = Snippet::source(text.as_str())
        .path(excerpt.path())
        .line_start(excerpt.first_line)
        .patch(patch);
    group.element(snippet)
}
