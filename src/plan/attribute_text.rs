//! Attributes that options and annotations bring along: text of somebody else's that goes into Rust
//! files, and must not end where it likes.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use streamgen_idl::model::{Annotations, DefinitionKind, Schema};
use streamgen_idl::{Code, Diagnostic};

use crate::options::TypeOptions;

use super::attributes::{DERIVE, SERDE_ATTRIBUTE};

/// Whether the text is one outer attribute on one line: `#[serde(skip)]`.
pub(crate) fn is_attribute(text: &str) -> bool {
    let Some(tokens) = tokens(text) else {
        return false;
    };
    let [
        TokenTree::Punct(hash),
        TokenTree::Group(group),
        TokenTree::Ident(_),
    ] = tokens.as_slice()
    else {
        return false;
    };
    let bracketed = group.delimiter() == Delimiter::Bracket;
    let content = group.stream().into_iter().next();
    // A path comes first, perhaps with `::` in front.
    let starts = match content {
        Some(TokenTree::Ident(_)) => true,
        Some(TokenTree::Punct(first)) => first.as_char() == ':',
        _ => false,
    };
    hash.as_char() == '#' && bracketed && starts
}

/// Whether the text can stand between the parentheses of `#[derive()]`: paths with commas between.
fn is_trait_list(text: &str) -> bool {
    let is_path = |path: &str| {
        let path = path.strip_prefix("::").unwrap_or(path);
        path.split("::").all(super::is_identifier)
    };
    // A comma at the end is fine, as in Rust.
    let text = text.trim_end();
    let text = text.strip_suffix(',').unwrap_or(text);
    text.split(',').map(str::trim).all(is_path)
}

/// The tokens of the text and of a word behind it, which a comment at the end would swallow.
fn tokens(text: &str) -> Option<Vec<TokenTree>> {
    if text.contains(char::is_control) || !text.starts_with("#[") || !text.ends_with(']') {
        return None;
    }
    let tokens = TokenStream::from_str(&format!("{text} end")).ok()?;
    Some(tokens.into_iter().collect())
}

/// Reports annotations whose text cannot become an attribute.
pub(super) fn check(schema: &Schema, options: &TypeOptions, diagnostics: &mut Vec<Diagnostic>) {
    for def in &schema.definitions {
        let fields = match &def.kind {
            DefinitionKind::Struct(item) => item.fields.as_slice(),
            DefinitionKind::Enum(_) => &[],
            _ => continue,
        };
        check_derive(&def.annotations, diagnostics);
        if options.serde {
            check_serde(&def.annotations, diagnostics);
            fields
                .iter()
                .for_each(|field| check_serde(&field.annotations, diagnostics));
        }
    }
}

fn check_derive(annotations: &Annotations, diagnostics: &mut Vec<Diagnostic>) {
    for found in annotations.all(DERIVE) {
        let text = found.value.as_deref().unwrap_or_default();
        if !is_trait_list(text) {
            diagnostics.push(
                Diagnostic::new(
                    Code::InvalidAttribute,
                    format!("`{text}` is not a list of traits"),
                )
                .label(found.span, "asked for here")
                .help("paths of traits with commas between: (rust.derive = \"Eq, PartialOrd\")"),
            );
        }
    }
}

fn check_serde(annotations: &Annotations, diagnostics: &mut Vec<Diagnostic>) {
    for found in annotations.all(SERDE_ATTRIBUTE) {
        let text = found.value.as_deref().unwrap_or_default();
        if !is_attribute(text) {
            diagnostics.push(
                Diagnostic::new(
                    Code::InvalidAttribute,
                    format!("`{text}` is not an attribute on one line"),
                )
                .label(found.span, "asked for here")
                .help("one attribute an annotation: (pilota.serde_attribute = \"#[serde(skip)]\")"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_one_and_whole() {
        for good in [
            "#[must_use]",
            "#[derive(Eq, ::a::B)]",
            "#[doc = \"]\"]",
            "#[serde(rename = \"a]b\", with = \"x::y\")]",
            "#[::a::b(c, d[1])]",
            "#[unsafe(no_mangle)]",
        ] {
            assert!(is_attribute(good), "{good}");
        }
        for bad in [
            "",
            "#[]",
            "#![x]",
            "must_use",
            "#[a] #[b]",
            "#[a] mod x {} #[b]",
            "#[a(]",
            "#[a)]",
            "#[doc = \"]",
            "#[a] // #[b]",
            "#[a /* ]",
            "#[(a)]",
            "#[\"a\"]",
            "#[a\n]",
        ] {
            assert!(!is_attribute(bad), "{bad}");
        }
    }

    #[test]
    fn traits_are_paths() {
        for good in ["Eq", "Eq, ::core::cmp::Ord,", "serde::Serialize"] {
            assert!(is_trait_list(good), "{good}");
        }
        for bad in ["", ",", "Eq Ord", "Eq)]", "a::", "Eq,,Ord", "A<B>"] {
            assert!(!is_trait_list(bad), "{bad}");
        }
    }
}
