//! One name of Protobuf to one name of Rust, as prost-build does it.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::super::ident;

/// Keywords that prost-build escapes with `r#`.
const RAW: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Keywords that it puts a `_` behind.
const SUFFIXED: &[&str] = &["_", "super", "self", "Self", "extern", "crate"];

/// The name of a type or an enum's value.
pub(in crate::plan) fn camel(name: &str) -> String {
    sanitize(name.to_upper_camel_case())
}

/// The name of a field or a module.
pub(in crate::plan) fn snake(name: &str) -> String {
    sanitize(name.to_snake_case())
}

/// The name of an enum's value without that of the enum in front, where it begins with it.
pub(super) fn value(enumeration: &str, name: &str) -> String {
    let name = camel(name);
    let stripped = name.strip_prefix(enumeration).unwrap_or(&name);
    let whole = !stripped.starts_with(char::is_uppercase);
    sanitize(if whole { name } else { stripped.to_owned() })
}

fn sanitize(name: String) -> String {
    if RAW.contains(&name.as_str()) {
        format!("r#{name}")
    } else if SUFFIXED.contains(&name.as_str()) {
        format!("{name}_")
    } else if name.starts_with(|c: char| c.is_numeric()) {
        format!("_{name}")
    } else {
        name
    }
}

/// The name itself, or one with a number behind it that prost-build makes a free Rust name of. The
/// underscores tell it from what an IDL would hold; the conversion drops them.
pub(super) fn first_free(name: &str, fallback: &str, is_free: impl Fn(&str) -> bool) -> String {
    let stem = name.trim_matches('_');
    let stem = if stem.is_empty() { fallback } else { stem };
    let own = Some(name.to_owned()).filter(|_| !name.trim_matches('_').is_empty());
    let numbered = (2..).map(|n| format!("{stem}__{n}__"));
    own.into_iter()
        .chain(std::iter::once(stem.to_owned()))
        .chain(numbered)
        .find(|name| is_free(name))
        .unwrap_or_default() // never: the numbers do not end
}

/// The name under which a part of a package asks for a module: prost-build has nothing like the
/// leading underscores that modules of a Thrift namespace keep. Empty when nothing else is there.
pub(crate) fn module_name(part: &str) -> &str {
    part.trim_start_matches(|c: char| c == '_' || c.is_ascii_digit())
        .trim_end_matches('_')
}

/// What prost-build is told a part of a package is called, so that it makes `ident` of it.
pub(crate) fn given_module(part: &str, ident: &str) -> String {
    if snake(part) == ident {
        part.to_owned()
    } else {
        ident::unraw(ident).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_prost_build() {
        let table = [
            ("FOO_BAR", "FooBar", "foo_bar"),
            ("_foo", "Foo", "foo"),
            ("type", "Type", "r#type"),
            ("self", "Self_", "self_"),
            ("extern", "Extern", "extern_"),
            ("_1", "_1", "_1"),
        ];
        for (name, upper, lower) in table {
            assert_eq!(camel(name), upper, "{name}");
            assert_eq!(snake(name), lower, "{name}");
        }
        assert_eq!(value("Color", "COLOR_RED"), "Red");
        assert_eq!(value("Color", "COLORED"), "Colored");
        assert_eq!(value("V", "V_1"), "V1");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let free = first_free("userID", "Unnamed", |name| snake(name) != "user_id");
        assert_eq!(snake(&free), "user_id_2");
        assert_eq!(camel(&first_free("_", "Unnamed", |_| true)), "Unnamed");
    }
}
