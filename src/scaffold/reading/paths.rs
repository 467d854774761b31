//! Paths that code names, wherever they stand: in functions and in the arguments of macros too.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::scope::name;

/// One path, and where it begins.
#[derive(Debug)]
pub(crate) struct NamedPath {
    pub(crate) names: Vec<String>,
    pub(crate) span: Span,
}

/// The paths of a text, but for those of `use` lines, which only prepare for others.
pub(crate) fn named_paths(text: &str) -> Vec<NamedPath> {
    let mut found = Vec::new();
    if let Ok(tokens) = text.parse::<TokenStream>() {
        collect(tokens, &mut found);
    }
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<NamedPath>) {
    let (mut in_use, mut colons, mut continues) = (false, 0, false);
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "use" => in_use = true,
            TokenTree::Ident(ident) => {
                match found.last_mut() {
                    Some(last) if continues && colons == 2 => last.names.push(name(&ident)),
                    _ if in_use => {}
                    _ => found.push(NamedPath {
                        names: vec![name(&ident)],
                        span: ident.span(),
                    }),
                }
                (colons, continues) = (0, !in_use);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Punct(punct) => {
                in_use &= punct.as_char() != ';';
                (colons, continues) = (0, false);
            }
            TokenTree::Group(group) => {
                if !in_use {
                    collect(group.stream(), found);
                }
                (colons, continues) = (0, false);
            }
            TokenTree::Literal(_) => (colons, continues) = (0, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_code_and_not_beside_it() {
        let text =
            "use a::{B, c::D};\n// comment::C\nfn f() { x!(B::new(r#e::F)); \"text::T\"; }\n";
        let found = named_paths(text);
        let paths: Vec<_> = found.iter().map(|path| path.names.join("::")).collect();
        assert_eq!(paths, ["fn", "f", "x", "B::new", "e::F"]);
        assert_eq!(found[3].span.start().line, 3);
    }
}
