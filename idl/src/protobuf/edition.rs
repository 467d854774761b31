//! Files that name an edition instead of a syntax.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The message for a text whose first word is `edition`; `None` for any other.
///
/// protox knows `syntax` alone, and would say that it expected something else here.
pub(super) fn find(file: FileId, text: &str) -> Option<Diagnostic> {
    let start = skip_blanks_and_comments(text);
    let rest = text[start..].strip_prefix("edition")?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let end = text[start..]
        .find([';', '\n'])
        .map_or(text.len(), |length| start + length);
    let name: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(20)
        .collect();
    Some(unsupported(
        &name,
        Span::new(file, start as u32, end as u32),
    ))
}

/// The message for an edition.
pub(super) fn unsupported(edition: &str, span: Span) -> Diagnostic {
    let name = match edition {
        "" => "editions of Protobuf are not supported".to_owned(),
        name => format!("edition `{name}` of Protobuf is not supported"),
    };
    Diagnostic::new(Code::EditionNotSupported, name)
        .label(span, "")
        .note("files with `syntax = \"proto2\"` or `syntax = \"proto3\"` are; protox, which reads the files, has no editions yet")
        .help(
            "write `syntax = \"proto3\";` instead, where the file needs no feature of the edition",
        )
}

fn skip_blanks_and_comments(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        rest = if let Some(comment) = rest.strip_prefix("//") {
            comment.find('\n').map_or("", |end| &comment[end..])
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or("", |end| &comment[end + 2..])
        } else {
            return text.len() - rest.len();
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn message(text: &str) -> Option<String> {
        let file = SourceMap::new().add("a.proto".into(), String::new());
        find(file, text).map(|found| found.message)
    }

    #[test]
    fn an_edition_is_seen_behind_comments() {
        let text = "// licence\n/* more */ edition = \"2023\";\n";
        let expected = "edition `2023` of Protobuf is not supported";
        assert_eq!(message(text).as_deref(), Some(expected));
    }

    #[test]
    fn other_first_words_are_none() {
        for text in [
            "",
            "syntax = \"proto3\";",
            "/* edition = \"2023\";",
            "editions",
        ] {
            assert_eq!(message(text), None, "{text}");
        }
    }
}
