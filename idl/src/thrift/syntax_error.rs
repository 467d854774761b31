//! pest's error → a message in the words of Thrift.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::scan::MAX_NESTING;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::suggest::one_of;

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
    if let Some(dialect) = Dialect::at(text, at) {
        return dialect.diagnostic(file);
    }
    let mut expected: Vec<&str> = positives.iter().filter_map(|&rule| name(rule)).collect();
    expected.sort_unstable();
    expected.dedup();
    let found = match found {
        "" => "the end of the file".to_owned(),
        token => format!("`{}`", token.escape_debug()),
    };
    let expected = one_of(&expected);
    Diagnostic::new(
        Code::SyntaxError,
        format!("expected {expected}, found {found}"),
    )
    .label(span, format!("expected {expected}"))
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

/// Syntax of other Thrift dialects that deserves a better answer than "expected a name".
struct Dialect {
    start: usize,
    length: usize,
    what: &'static str,
    help: &'static str,
}

impl Dialect {
    fn at(text: &str, at: usize) -> Option<Self> {
        let here = token_at(text, at);
        let before = text[..at].trim_end();
        let word_start = before
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |i| {
                i + before[i..].chars().next().map_or(1, char::len_utf8)
            });
        let previous = &before[word_start..];
        let found = |start, length, what, help| {
            Some(Self {
                start,
                length,
                what,
                help,
            })
        };
        match (previous, here) {
            ("stream" | "sink", "<") => found(
                word_start,
                previous.len(),
                "fbthrift's streams",
                "use a plain result type and the annotation `(streaming.mode = \"server\")`",
            ),
            (_, "@") => found(
                at,
                1,
                "fbthrift's structured annotations",
                "write `(key = \"value\")` after the item",
            ),
            (_, "interaction" | "performs") => found(
                at,
                here.len(),
                "fbthrift's interactions",
                "declare a service instead",
            ),
            (_, "package") => found(at, here.len(), "fbthrift's packages", "use `namespace`"),
            (_, "senum") => found(
                at,
                here.len(),
                "`senum`",
                "use `enum`, or `string` constants",
            ),
            (_, "'" | "\"") if is_namespace_line(before) => {
                found(at, 1, "a quoted namespace", "write the name without quotes")
            }
            _ => None,
        }
    }

    fn diagnostic(self, file: FileId) -> Diagnostic {
        let span = Span::new(file, self.start as u32, (self.start + self.length) as u32);
        Diagnostic::new(
            Code::UnsupportedSyntax,
            format!("{} are not part of Kitex's Thrift", self.what),
        )
        .label(span, "")
        .help(self.help)
    }
}

/// Whether the text ends in `namespace SCOPE`.
fn is_namespace_line(before: &str) -> bool {
    before.split_whitespace().rev().nth(1) == Some("namespace")
}

/// What a reader calls a rule; `None` for rules that explain nothing.
fn name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::include | Rule::k_include => "`include`",
        Rule::cpp_include | Rule::k_cpp_include => "`cpp_include`",
        Rule::namespace | Rule::k_namespace => "`namespace`",
        Rule::constant | Rule::k_const => "`const`",
        Rule::typedef | Rule::k_typedef => "`typedef`",
        Rule::enumeration | Rule::k_enum => "`enum`",
        Rule::struct_like => "`struct`",
        Rule::k_struct => "`struct`",
        Rule::k_union => "`union`",
        Rule::k_exception => "`exception`",
        Rule::service | Rule::k_service => "`service`",
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
        Rule::separator => "`,`",
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
        Rule::open_paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::annotations => "`(`",
        Rule::EOI => "the end of the file",
        // Comments may stand anywhere, and nobody misses an `&` or `xsd_optional`.
        _ => return None,
    })
}
