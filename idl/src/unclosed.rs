//! A bracket that is never closed: what follows is read as its contents, and the first thing that
//! cannot be is far from the mistake.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::tokens::Token;

/// How definitions begin in a language, where nothing else does.
pub(crate) struct Openings {
    /// Each of these words begins a definition if a name follows it, and `{` or `extends` follows the name.
    pub(crate) blocks: &'static [&'static str],
    /// Such words that begin a definition inside of a service only.
    pub(crate) in_services: &'static [&'static str],
    /// Words that begin a definition if they are the first of a line.
    pub(crate) lines: &'static [&'static str],
    /// What a bracket that is never closed is reported as.
    pub(crate) code: Code,
}

/// Explains an error at the token `found`, which is empty at the end of the text, by a bracket that is
/// open there: when the text ends, when another bracket is closed, or when a definition has begun in
/// the meantime. `all` are the tokens of `text`.
pub(crate) fn explain(
    file: FileId,
    text: &str,
    all: &[Token<'_>],
    found: Token<'_>,
    openings: &Openings,
) -> Option<Diagnostic> {
    let at = found.start;
    let before = all.partition_point(|token| token.start < at);
    let Some(open) = innermost(&all[..before]) else {
        return (found.text == "}").then(|| closes_nothing(span(file, found), openings.code));
    };
    let bracket = all[open];
    let closing = closing(bracket.text)?;
    let message = format!("this `{}` is never closed", bracket.text);
    let diagnostic = Diagnostic::new(openings.code, message)
        .label(span(file, bracket), "opened here")
        .help(format!("close it with `{closing}`"));
    if found.text.is_empty() {
        return Some(diagnostic);
    }
    let in_service = open >= 2 && all[open - 2].text == "service";
    if let Some(opening) = definition(text, &all[open + 1..], at, in_service, openings) {
        let says = "this begins before it is closed";
        return Some(diagnostic.label(span(file, opening), says));
    }
    let closes_another = [")", "]", "}"].contains(&found.text) && found.text != closing;
    closes_another.then(|| diagnostic.label(span(file, found), "this closes another one"))
}

fn closes_nothing(span: Span, code: Code) -> Diagnostic {
    Diagnostic::new(code, "this `}` closes nothing").label(span, "")
}

fn span(file: FileId, token: Token<'_>) -> Span {
    Span::new(file, token.start as u32, token.end() as u32)
}

fn closing(bracket: &str) -> Option<&'static str> {
    Some(match bracket {
        "{" => "}",
        "(" => ")",
        "[" => "]",
        _ => return None,
    })
}

/// The last bracket that is still open behind the tokens.
fn innermost(before: &[Token<'_>]) -> Option<usize> {
    let mut open = Vec::new();
    for (index, token) in before.iter().enumerate() {
        if closing(token.text).is_some() {
            open.push(index);
        } else if let Some(&last) = open.last()
            && closing(before[last].text) == Some(token.text)
        {
            open.pop();
        }
    }
    open.pop()
}

/// The first token of those up to `at` that begins a definition.
fn definition<'a>(
    text: &str,
    inside: &[Token<'a>],
    at: usize,
    in_service: bool,
    openings: &Openings,
) -> Option<Token<'a>> {
    let starts_line = |token: &Token<'_>| {
        let line = text[..token.start].rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty()
    };
    let is_block = |word: &str| {
        openings.blocks.contains(&word) || in_service && openings.in_services.contains(&word)
    };
    let begins = |(index, token): &(usize, &Token<'a>)| {
        let behind_name = inside.get(index + 2).map(|token| token.text);
        is_block(token.text) && matches!(behind_name, Some("{" | "extends"))
            || openings.lines.contains(&token.text) && starts_line(token)
    };
    let mut so_far = inside
        .iter()
        .enumerate()
        .take_while(|(_, token)| token.start <= at);
    so_far.find(begins).map(|(_, token)| *token)
}
