//! One IDL name to one Rust identifier (`thrift-idl.md` 13.1, 13.2).
//!
//! Conversions here look at a single name. Names that end up equal are told apart in
//! [`scope`](super::scope).

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// What a name is for, and with it how Rust writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Types, traits and the variants of unions.
    UpperCamel,
    /// Fields, functions, arguments and modules.
    Snake,
    /// Constants and the values of enums.
    ShoutySnake,
}

impl Case {
    /// The name in this case, not yet escaped. Empty when the name has nothing but underscores.
    ///
    /// heck drops leading underscores; they are kept here, because `_x` beside `x` is common and
    /// because `_1` would otherwise start with a digit.
    pub(crate) fn convert(self, name: &str) -> String {
        let body = name.trim_start_matches('_');
        let converted = match self {
            Self::UpperCamel => body.to_upper_camel_case(),
            Self::Snake => body.to_snake_case(),
            Self::ShoutySnake => body.to_shouty_snake_case(),
        };
        if converted.is_empty() {
            return converted;
        }
        format!("{}{converted}", "_".repeat(name.len() - body.len()))
    }
}

/// Strict and reserved keywords of all editions up to 2024. Weak ones (`union`, `auto`, `raw`,
/// `safe`, `macro_rules`) are ordinary names wherever we put one.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The name of a type as rustc's lints want it: what an annotation asks for may be otherwise, and not
/// all that is named after it is generated code, in which names are let pass.
pub(crate) fn camel(name: &str) -> String {
    let body = name.trim_start_matches('_');
    match body.starts_with(char::is_lowercase) || body.contains('_') {
        true => Case::UpperCamel.convert(name),
        false => name.to_owned(),
    }
}

/// Keywords that not even `r#` makes an identifier.
const NEVER_RAW: &[&str] = &["Self", "_", "crate", "self", "super"];

/// Types without a path: a type or module of this name would change what generated code means by it.
pub(crate) const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

/// The name with a `_` if not even `r#` would help: `self_`.
pub(crate) fn suffixed(name: String) -> String {
    if NEVER_RAW.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

/// The name as Rust code writes it: `r#type`.
pub(crate) fn escape(name: &str) -> String {
    if KEYWORDS.contains(&name) && !NEVER_RAW.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// The name without `r#`, as it stands in a file name or is part of a longer identifier.
pub(crate) fn unraw(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// Whether the text is an identifier that Rust takes as it stands.
pub(crate) fn is_identifier(text: &str) -> bool {
    match text.strip_prefix("r#") {
        None => broken_rule(text).is_none(),
        Some(raw) => !NEVER_RAW.contains(&raw) && (KEYWORDS.contains(&raw) || is_identifier(raw)),
    }
}

/// The rule of Rust's identifiers that the text breaks, as a part of a sentence.
pub(crate) fn broken_rule(text: &str) -> Option<String> {
    match text.chars().next() {
        None => return Some("it is empty".to_owned()),
        Some(c) if c.is_ascii_digit() => return Some(format!("it begins with the digit `{c}`")),
        Some(_) => {}
    }
    let foreign = |c: &char| *c != '_' && !c.is_ascii_alphanumeric();
    if let Some(c) = text.chars().find(foreign) {
        return Some(format!(
            "`{c}` is neither a letter from a to z, a digit nor `_`"
        ));
    }
    if text == "_" {
        return Some("`_` alone is no name".to_owned());
    }
    KEYWORDS
        .contains(&text)
        .then(|| format!("`{text}` is a keyword of Rust"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// heck has a way of its own with digits and capitals; users depend on these names.
    #[test]
    fn conversions() {
        let table = [
            ("foo_bar", "FooBar", "foo_bar", "FOO_BAR"),
            ("fooBar", "FooBar", "foo_bar", "FOO_BAR"),
            ("FooBAR", "FooBar", "foo_bar", "FOO_BAR"),
            ("HTTPServer", "HttpServer", "http_server", "HTTP_SERVER"),
            ("userID", "UserId", "user_id", "USER_ID"),
            ("IDs", "IDs", "i_ds", "I_DS"),
            ("v1_2", "V12", "v1_2", "V1_2"),
            ("v12", "V12", "v12", "V12"),
            ("a1b2", "A1b2", "a1b2", "A1B2"),
            ("_x", "_X", "_x", "_X"),
            ("x_", "X", "x", "X"),
            ("__x", "__X", "__x", "__X"),
            ("_1", "_1", "_1", "_1"),
            ("foo__bar", "FooBar", "foo_bar", "FOO_BAR"),
            ("_", "", "", ""),
            ("__", "", "", ""),
        ];
        for (idl, camel, snake, shouty) in table {
            assert_eq!(Case::UpperCamel.convert(idl), camel, "{idl}");
            assert_eq!(Case::Snake.convert(idl), snake, "{idl}");
            assert_eq!(Case::ShoutySnake.convert(idl), shouty, "{idl}");
        }
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(escape("type"), "r#type");
        assert_eq!(escape("gen"), "r#gen");
        assert_eq!(escape(&suffixed("self".into())), "self_");
        assert_eq!(escape(&suffixed("Self".into())), "Self_");
        assert_eq!(escape("union"), "union");
        assert_eq!(unraw("r#type"), "type");
    }

    #[test]
    fn identifiers() {
        for good in ["a", "_1", "r#type", "Ab9"] {
            assert!(is_identifier(good), "{good}");
        }
        for bad in ["", "_", "1a", "type", "r#self", "a-b", "a b", "é"] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }
}
