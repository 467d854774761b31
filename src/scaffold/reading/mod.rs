//! The user's own source files, read as Rust: what is implemented where, and how.
//!
//! Nothing here judges; that is the business of [`super::review`]. Places are those of the files on
//! disk, so that text can be inserted there.

mod chains;
mod files;
mod implementation;
mod paths;
mod scope;
mod types;

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use syn::Item;

pub(super) use chains::{Chain, MethodCall, chains};
pub(super) use files::Sources;
pub(super) use implementation::Implementation;
pub(super) use paths::{NamedPath, imported_paths, named_paths};
pub(super) use scope::{Move, Scope, Surroundings, name};
pub(super) use types::{Known, known};

/// One file that could be read.
pub(super) struct Source {
    /// The path, relative to the package, with forward slashes.
    pub(super) path: String,
    /// Every byte of the file.
    pub(super) text: String,
    /// The module that it is, from `crate` on.
    pub(super) module: Vec<String>,
    /// The file of the crate's root that leads here.
    pub(super) root: String,
    pub(super) syntax: syn::File,
    /// Bytes in front of what the places in `syntax` count from.
    skipped: usize,
}

/// A file that is no Rust.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) why: String,
    pub(super) text: String,
}

/// What some editors put in front of a text. Rust does not see it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Source {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where it stops to be Rust.
    pub(super) fn parse(
        path: &str,
        module: &[String],
        root: &str,
        text: String,
    ) -> Result<Self, Unreadable> {
        match syn::parse_file(&text) {
            Ok(syntax) => Ok(Self {
                path: path.to_owned(),
                module: module.to_vec(),
                root: root.to_owned(),
                skipped: skipped(&text, &syntax),
                syntax,
                text,
            }),
            Err(error) => Err(Unreadable {
                path: path.to_owned(),
                line: error.span().start().line,
                // `syn` tells nothing but that it found no tokens.
                why: match text.parse::<TokenStream>() {
                    Err(_) => "its brackets or its quotes do not match".to_owned(),
                    Ok(_) => error.to_string(),
                },
                text,
            }),
        }
    }

    /// Its tokens, those in functions and in the arguments of macros too.
    pub(super) fn tokens(&self) -> TokenStream {
        self.text[self.skipped..].parse().unwrap_or_default()
    }

    /// The bytes of a token.
    pub(super) fn bytes(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.skipped..range.end + self.skipped
    }

    /// Whether the file declares a module, with or without its body.
    pub(super) fn declares(&self, module: &str) -> bool {
        let mut items = self.syntax.items.iter();
        items.any(|item| matches!(item, Item::Mod(found) if found.ident == module))
    }
}

/// What `syn` takes away in front of a text: the mark, and the line of a script.
fn skipped(text: &str, syntax: &syn::File) -> usize {
    let mark = match text.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK.len(),
        false => 0,
    };
    mark + syntax.shebang.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file_whatever_is_in_front() {
        for front in [
            "",
            "\u{feff}",
            "#!/usr/bin/env run\n",
            "\u{feff}#!/bin/\u{e9}\r\n// \u{e9}\r\n",
        ] {
            let text = format!("{front}#![allow(dead_code)]\nmod m {{}}\n");
            let source = Source::parse("", &[], "", text.clone());
            let source = source.unwrap_or_else(|found| panic!("{front:?}: {}", found.why));
            let Item::Mod(item) = &source.syntax.items[0] else {
                panic!("{front:?} hides the module");
            };
            let (brace, _) = item.content.as_ref().expect("it has a body");
            assert_eq!(&text[source.bytes(brace.span.close())], "}", "{front:?}");
        }
    }
}
