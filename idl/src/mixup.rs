//! A file of one language under the suffix of the other.

use crate::load::Language;
use crate::tokens::{Token, tokens};

/// Most tokens that are looked at: headers stand at the top.
const MAX_TOKENS: usize = 10_000;

/// Where a text shows that it is in `language`: the first word, outside of all brackets, that only
/// one of the two languages has there. `None` where that is of the other language, or where both
/// have all that is there, such as enums.
pub(crate) fn first_word_of(language: Language, text: &str) -> Option<Token<'_>> {
    let (found, token) = first_word(text)?;
    (found == language).then_some(token)
}

fn first_word(text: &str) -> Option<(Language, Token<'_>)> {
    let all: Vec<Token<'_>> = tokens(text).take(MAX_TOKENS).collect();
    let mut depth = 0usize;
    for (index, token) in all.iter().enumerate() {
        match token.text {
            "{" | "(" => depth += 1,
            "}" | ")" => depth = depth.saturating_sub(1),
            word if depth == 0 => {
                let next = |n: usize| all.get(index + n).map_or("", |token| token.text);
                if let Some(language) = begins(word, next(1), next(2)) {
                    return Some((language, *token));
                }
            }
            _ => {}
        }
    }
    None
}

/// The language in which alone a statement can begin with these three tokens.
fn begins(word: &str, second: &str, third: &str) -> Option<Language> {
    let is_string = second.starts_with(['"', '\'']);
    match (word, second, third) {
        ("syntax" | "edition", "=", _) | ("package", _, ";") | ("message", _, "{") => {
            Some(Language::Protobuf)
        }
        ("import", _, _) if is_string || matches!(second, "public" | "weak") => {
            Some(Language::Protobuf)
        }
        ("include" | "cpp_include", _, _) if is_string => Some(Language::Thrift),
        ("struct" | "union" | "exception", _, "{") => Some(Language::Thrift),
        ("namespace" | "typedef" | "const", _, _) => Some(Language::Thrift),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::first_word;
    use crate::load::Language::{Protobuf, Thrift};

    #[test]
    fn the_first_words_that_only_one_language_has_decide() {
        for (text, expected) in [
            ("// namespace go a\nsyntax = 'proto3';", Some(Protobuf)),
            ("/* c */ package a.b;\n", Some(Protobuf)),
            ("import \"a.proto\";", Some(Protobuf)),
            ("enum E { struct = 0; }\nmessage M {}", Some(Protobuf)),
            ("enum E { A }\nstruct M {}\nmessage M {}", Some(Thrift)),
            ("# c\nnamespace * a", Some(Thrift)),
            ("include 'a.thrift'", Some(Thrift)),
            ("package \"a/b\"\nstruct A {}", Some(Thrift)),
            ("enum E { A = 0 }", None),
            ("{\"struct\": 1}", None),
            ("", None),
        ] {
            let found = first_word(text).map(|(language, _)| language);
            assert_eq!(found, expected, "{text}");
        }
    }
}
