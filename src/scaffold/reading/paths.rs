//! Paths that code names, wherever they stand: in functions and in the arguments of macros too.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{ItemUse, UseTree};

use super::scope::name;

/// One path, and where it begins.
#[derive(Debug)]
pub(crate) struct NamedPath {
    pub(crate) names: Vec<String>,
    pub(crate) span: Span,
    /// Whether `for` follows, as behind a trait that something implements.
    pub(crate) is_before_for: bool,
}

/// One thing that a `use` line brings.
#[derive(Debug)]
pub(crate) struct ImportedPath {
    /// The whole path, as it is written.
    pub(crate) names: Vec<String>,
    /// The name that it has here; `*` if that is every name of a module.
    pub(crate) binding: String,
    /// Where the last name of the path is.
    pub(crate) span: Span,
}

/// What one `use` brings.
pub(crate) fn imported_paths(item: &ItemUse) -> Vec<ImportedPath> {
    let mut found = Vec::new();
    imports(&item.tree, Vec::new(), &mut found);
    found
}

fn imports(tree: &UseTree, mut names: Vec<String>, found: &mut Vec<ImportedPath>) {
    let (ident, binding) = match tree {
        UseTree::Path(tree) => {
            names.push(name(&tree.ident));
            return imports(&tree.tree, names, found);
        }
        UseTree::Group(tree) => {
            let each = tree.items.iter();
            return each.for_each(|tree| imports(tree, names.clone(), found));
        }
        UseTree::Glob(tree) => {
            return found.push(ImportedPath {
                names,
                binding: "*".to_owned(),
                span: tree.star_token.span,
            });
        }
        UseTree::Name(tree) => (&tree.ident, &tree.ident),
        UseTree::Rename(tree) => (&tree.ident, &tree.rename),
    };
    if ident != "self" {
        names.push(name(ident));
    }
    let binding = match binding == "self" {
        true => names.last().cloned().unwrap_or_default(),
        false => name(binding),
    };
    let span = ident.span();
    found.push(ImportedPath {
        names,
        binding,
        span,
    });
}

/// The paths among tokens, but for those of `use` lines, which only prepare for others.
pub(crate) fn named_paths(tokens: TokenStream) -> Vec<NamedPath> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
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
                    Some(last) if continues && ident == "for" => last.is_before_for = true,
                    _ if in_use => {}
                    _ => found.push(NamedPath {
                        names: vec![name(&ident)],
                        span: ident.span(),
                        is_before_for: false,
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
        let text = "use a::{B, c::D};\n// comment::C\nfn f() { x!(B::new(r#e::F)); \"text::T\"; }\nm! { impl g::G for H {} }";
        let found = named_paths(text.parse().expect("it is Rust"));
        let paths: Vec<_> = found.iter().map(|path| path.names.join("::")).collect();
        let expected = ["fn", "f", "x", "B::new", "e::F", "m", "impl", "g::G", "H"];
        assert_eq!(paths, expected);
        let traits = found.iter().filter(|path| path.is_before_for);
        assert_eq!(
            traits.map(|path| path.names.join("::")).collect::<Vec<_>>(),
            ["g::G"]
        );
        assert_eq!(found[3].span.start().line, 3);
    }

    #[test]
    fn what_lines_of_use_bring_is_found() {
        let text = "use a::{self as x, b::{C, self}, d::*};\nuse r#e;\nfn f() { use g::H; }\n";
        let file = syn::parse_file(text).expect("it is Rust");
        let uses = file.items.iter().filter_map(|item| match item {
            syn::Item::Use(item) => Some(item),
            _ => None,
        });
        let found: Vec<_> = uses.flat_map(imported_paths).collect();
        let found: Vec<_> = found
            .iter()
            .map(|import| (import.names.join("::"), import.binding.as_str()))
            .collect();
        let expected = [
            ("a", "x"),
            ("a::b::C", "C"),
            ("a::b", "b"),
            ("a::d", "*"),
            ("e", "e"),
        ];
        assert_eq!(found, expected.map(|(path, name)| (path.to_owned(), name)));
    }
}
