//! protox's errors to diagnostics of ours.

use miette::Diagnostic as Foreign;

use super::classify::classify;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Label};
use crate::load::Language;
use crate::mixup;
use crate::source::{FileId, Span};
use crate::tokens::{Token, tokens};
use crate::unclosed::{self, Openings};

/// Errors of the parser, whose places are byte offsets.
pub(super) fn of_text(error: &dyn Foreign, file: FileId, text: &str) -> Vec<Diagnostic> {
    /// For this many errors we look for an open bracket that explains them. Each search reads the
    /// whole text, and the parser can report an error for every word of it.
    const EXPLAINED: usize = 16;
    let place = |offset: usize| offset;
    let tokens: Vec<Token<'_>> = tokens(text).collect();
    let errors = all(error).into_iter().enumerate().map(|(number, one)| {
        let found = convert(one, file, text, place);
        let explained = (number < EXPLAINED).then(|| unclosed(&found, file, text, &tokens));
        explained.flatten().unwrap_or(found)
    });
    errors.collect()
}

/// A file of the other language: no single place is to blame.
pub(super) fn of_whole_file(file: FileId, text: &str) -> Option<Diagnostic> {
    let at = mixup::first_word_of(Language::Thrift, text)?;
    let span = Span::new(file, at.start as u32, at.end() as u32);
    let message = "this file is Thrift, but it is read as Protobuf";
    let found = Diagnostic::new(Code::ProtobufSyntax, message);
    let found = found.label(span, "Protobuf has no such line");
    Some(found.help("name the file `.thrift`, or give -type thrift"))
}

/// Explains an error of the parser by a bracket that should have been closed before, if there is one.
fn unclosed(
    found: &Diagnostic,
    file: FileId,
    text: &str,
    tokens: &[Token<'_>],
) -> Option<Diagnostic> {
    const OPENINGS: Openings = Openings {
        blocks: &["service"],
        in_services: &["message", "enum"],
        lines: &["syntax", "package", "import"],
        code: Code::ProtobufSyntax,
    };
    if found.code != Code::ProtobufSyntax {
        return None;
    }
    let at = match found.message.ends_with("reached end of file") {
        true => text.len(),
        false => found.primary_span()?.start as usize,
    };
    // The parser has other tokens than ours: it may have stopped within one of them.
    let token = tokens.iter().find(|token| token.start >= at).copied();
    let end = Token {
        start: text.len(),
        text: "",
    };
    unclosed::explain(file, text, tokens, token.unwrap_or(end), &OPENINGS)
}

/// Errors of the checker. It counts columns in bytes and then walks that many characters, so behind
/// a character of several bytes its offsets are too large.
pub(super) fn of_rules(error: &dyn Foreign, file: FileId, text: &str) -> Vec<Diagnostic> {
    let place = |offset: usize| {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        line + before[line..].chars().count()
    };
    let mut found: Vec<_> = all(error)
        .iter()
        .map(|one| convert(*one, file, text, place))
        .collect();
    // A name that is there twice breaks the rule on names in JSON too.
    let repeated = |one: &Diagnostic| one.message.starts_with("camel-case") && same_name(one, text);
    found.retain(|one| !repeated(one));
    found.into_iter().map(undefined).collect()
}

/// Whether the two places of a message hold the same word.
fn same_name(found: &Diagnostic, text: &str) -> bool {
    let word = |index: usize| {
        let span = found.labels.get(index)?.span;
        text.get(span.start as usize..span.end as usize)
    };
    word(0).is_some() && word(0) == word(1)
}

/// A qualified name that is nowhere is said to resolve to itself; what that means is simpler.
fn undefined(mut found: Diagnostic) -> Diagnostic {
    let parts: Vec<&str> = found.message.split('`').collect();
    if let [_, name, " resolves to ", target, _] = parts.as_slice()
        && name == target
    {
        found.message = format!("name `{name}` is not defined");
        found.help = None;
    }
    found
}

/// The error and those that were found with it.
fn all(error: &dyn Foreign) -> Vec<&dyn Foreign> {
    let mut found = vec![error];
    found.extend(error.related().into_iter().flatten());
    found
}

fn convert(
    error: &dyn Foreign,
    file: FileId,
    text: &str,
    place: impl Fn(usize) -> usize,
) -> Diagnostic {
    let help = error.help().map(|help| in_backticks(&help.to_string()));
    let message = match (error.to_string(), &help) {
        // What protox says of a path too.
        (message, Some(help)) if message == "invalid group name" && help.starts_with("imports") => {
            "invalid path of an import".to_owned()
        }
        (message, _) => message,
    };
    let mut found = Diagnostic::new(classify(&message), in_backticks(&message));
    for label in error.labels().into_iter().flatten() {
        let start = place(label.offset()).min(text.len());
        let end = place(label.offset() + label.len()).clamp(start, text.len());
        let says = label.label().map(in_backticks).unwrap_or_default();
        found = found.label(Span::new(file, start as u32, end as u32), says);
    }
    if found.labels.is_empty() {
        let at = if message.ends_with("reached end of file") {
            text.trim_end().len() as u32
        } else {
            0
        };
        found = found.label(Span::new(file, at, at), "");
    }
    mistake_first(&mut found.labels);
    match help {
        Some(help) => found.help(help),
        None => found,
    }
}

/// Where a rule has two places, the mistake is the one that was found to break it, else the one that
/// came last. It comes first.
fn mistake_first(labels: &mut [Label]) {
    const FOUND: &str = "found here";
    let found = labels.iter().position(|label| label.text == FOUND);
    let last = || (0..labels.len()).max_by_key(|at| labels[*at].span);
    if let Some(at) = found.or_else(last) {
        labels.swap(0, at);
    }
    // Carets under the place say as much.
    if let Some(mistake) = labels.first_mut()
        && [FOUND, "defined here"].contains(&mistake.text.as_str())
    {
        mistake.text.clear();
    }
}

/// Names in backticks, as in all our messages. Quotes inside a quoted value stay.
fn in_backticks(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut open = false;
    let mut before = ' ';
    let mut chars = message.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let opens = !open && matches!(before, ' ' | '(');
        let closes = open && matches!(after, ' ' | ',' | ')' | '.' | ':' | ';');
        if c == '\'' && (opens || closes) {
            open = opens;
            out.push('`');
        } else {
            out.push(if c.is_control() { ' ' } else { c });
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::in_backticks;

    #[test]
    fn quotes_around_names_become_backticks() {
        let table = [
            ("name 'Bar' is not defined", "name `Bar` is not defined"),
            (
                "expected 'enum' or ';', but found 'x'",
                "expected `enum` or `;`, but found `x`",
            ),
            (
                "'#' comments are not allowed",
                "`#` comments are not allowed",
            ),
            ("range '4 to 6'", "range `4 to 6`"),
        ];
        for (theirs, ours) in table {
            assert_eq!(in_backticks(theirs), ours);
        }
    }
}
