//! pest's error → a message in the words of Thrift.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::dialect;
use super::grammar::Rule;
use super::scan::MAX_NESTING;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::load::Language;
use crate::mixup;
use crate::source::{FileId, Span};
use crate::tokens::{Token, tokens};
use crate::unclosed::{self, Openings};
use crate::wording::{nearest, one_of, shown};

/// Describes why `text` did not match.
pub(super) fn describe(file: FileId, text: &str, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at.min(text.len()),
    };
    let found = token_at(text, at);
    let span = Span::new(file, at as u32, (at + found.len()) as u32);
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        // pest's guard against stack overflow: not reached, the scan bounds the nesting.
        let message = format!("brackets are nested more than {MAX_NESTING} deep");
        return Diagnostic::new(Code::NestingTooDeep, message).label(span, "");
    };
    if let Some(found) = whole_file(file, text) {
        return found;
    }
    let between_definitions = positives.iter().any(|&rule| is_between_definitions(rule));
    if let Some(found) = dialect::explain(file, text, at, found, between_definitions) {
        return found;
    }
    let tokens: Vec<Token<'_>> = tokens(text).collect();
    let token = Token {
        start: at,
        text: found,
    };
    if let Some(found) = unclosed::explain(file, text, &tokens, token, &OPENINGS) {
        return found;
    }
    let expected = expected(positives);
    let shown = match found {
        "" => "the end of the file".to_owned(),
        token => format!("`{}`", shown(token)),
    };
    let diagnostic = Diagnostic::new(
        Code::SyntaxError,
        format!("expected {expected}, found {shown}"),
    )
    .label(span, format!("expected {expected}"));
    if between_definitions && found == "message" {
        return diagnostic.suggest("in Thrift it is called `struct`", span, "struct");
    }
    let meant = between_definitions.then(|| nearest(found, TOP_LEVEL));
    diagnostic.did_you_mean(span, meant.flatten().map(str::to_owned))
}

/// A file of the other language: no single place is to blame.
fn whole_file(file: FileId, text: &str) -> Option<Diagnostic> {
    let at = mixup::first_word_of(Language::Protobuf, text)?;
    let span = Span::new(file, at.start as u32, at.end() as u32);
    let message = "this file is Protobuf, but it is read as Thrift";
    let found = Diagnostic::new(Code::SyntaxError, message);
    let found = found.label(span, "Thrift has no such line");
    Some(found.help("name the file `.proto`, or give -type protobuf"))
}

/// What stands between definitions only, also where a field or a method could.
const OPENINGS: Openings = Openings {
    blocks: &["struct", "union", "exception", "enum", "service"],
    in_services: &[],
    code: Code::SyntaxError,
    lines: &["typedef", "const", "namespace", "include", "cpp_include"],
};

/// The words that open a header or a definition.
const TOP_LEVEL: [&str; 9] = [
    "include",
    "namespace",
    "const",
    "typedef",
    "enum",
    "struct",
    "union",
    "exception",
    "service",
];

/// The alternatives in words, those that explain nothing left out unless they are all there is.
fn expected(positives: &[Rule]) -> String {
    let mut names: Vec<&str> = positives.iter().filter_map(|&rule| name(rule)).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        names.retain(|&name| name != OPEN_PAREN);
    }
    one_of(&names)
}

/// Annotations may stand nearly everywhere, and are hardly ever what is missing. Where nothing but
/// a parenthesis will do, it is the only alternative.
const OPEN_PAREN: &str = "`(`";

fn is_between_definitions(rule: Rule) -> bool {
    matches!(rule, Rule::document | Rule::struct_like | Rule::service)
}

/// The word, number or mark that starts at a position; empty at the end of the text.
fn token_at(text: &str, at: usize) -> &str {
    /// Enough to recognise a token; a longer one would drown the message.
    const MAX_SHOWN: usize = 40;
    let rest = text.get(at..).unwrap_or_default();
    let is_word = |char: char| char.is_alphanumeric() || char == '_' || char == '.';
    let word = rest
        .char_indices()
        .take(MAX_SHOWN)
        .take_while(|&(_, char)| is_word(char))
        .last();
    let last = word.or_else(|| rest.char_indices().next());
    last.map_or("", |(start, char)| &rest[..start + char.len_utf8()])
}

/// What a reader calls a rule; `None` for rules that explain nothing.
fn name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::document => "a definition",
        Rule::include | Rule::cpp_include | Rule::namespace => "a header",
        Rule::constant | Rule::typedef | Rule::enumeration => "a definition",
        Rule::struct_like | Rule::service => "a definition",
        Rule::k_extends => "`extends`",
        Rule::throws | Rule::k_throws => "`throws`",
        Rule::k_void => "`void`",
        Rule::identifier | Rule::enum_value | Rule::annotation => "a name",
        Rule::integer => "an integer",
        Rule::double => "a number",
        Rule::literal => "a string",
        Rule::value | Rule::list_value | Rule::map_value | Rule::map_entry => "a value",
        Rule::type_ref | Rule::base_type | Rule::map_type | Rule::set_type | Rule::list_type => {
            "a type"
        }
        Rule::field => "a field",
        Rule::function => "a method",
        Rule::result => "a result type",
        Rule::star => "`*`",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::equals => "`=`",
        Rule::open_angle => "`<`",
        Rule::close_angle => "`>`",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_bracket => "`[`",
        Rule::close_bracket => "`]`",
        Rule::open_paren | Rule::annotations => OPEN_PAREN,
        Rule::close_paren => "`)`",

        Rule::EOI => "the end of the file",
        // Comments may stand anywhere, and nobody misses an `&` or `xsd_optional`.
        _ => return None,
    })
}
