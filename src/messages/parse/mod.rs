//! prost-build's text to the tree of [`syntax`](super::syntax), by way of syn.

mod attributes;
mod functions;
mod types;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Fields, Generics, Visibility};

use self::attributes::attribute;
use self::functions::functions;
use self::types::rust_type;
use super::docs::MARK;
use super::syntax::{Above, Enumeration, Field, Item, Message, Module, Nested, Oneof, Value};

/// Something that prost-build does not write as far as this program knows it.
#[derive(Debug)]
pub(super) struct Unknown {
    what: &'static str,
    text: String,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "prost-build wrote {}: {}", self.what, self.text)
    }
}

type Result<T> = std::result::Result<T, Unknown>;

fn unknown<T>(what: &'static str, node: &impl Spanned) -> Result<T> {
    Err(Unknown {
        what,
        text: source(node.span()),
    })
}

/// The tree of a text. `docs` are the comments that [`MARK`]s stand for.
pub(super) fn parse(text: &str, docs: &[Vec<String>]) -> Result<Module> {
    let file = syn::parse_file(text).map_err(|error| Unknown {
        what: "text that is not Rust",
        text: error.to_string(),
    })?;
    Parser { docs }.module(file.items)
}

struct Parser<'a> {
    docs: &'a [Vec<String>],
}

impl Parser<'_> {
    fn module(&self, items: Vec<syn::Item>) -> Result<Module> {
        let mut module = Module::default();
        for item in items {
            match item {
                syn::Item::Struct(item) => {
                    let message = self.message(item)?;
                    module.items.push(Item::Message(message));
                }
                syn::Item::Enum(item) => module.items.push(self.enumeration_or_oneof(item)?),
                syn::Item::Impl(item) => match module.items.last_mut() {
                    Some(Item::Enumeration(of)) if source(item.self_ty.span()) == of.ident => {
                        functions(item, of)?;
                    }
                    _ => return unknown("an `impl` that is not that of the enum above", &item),
                },
                syn::Item::Mod(item) => match module.items.last() {
                    Some(Item::Message(of)) => {
                        let message = of.ident.clone();
                        let nested = self.nested(message, item)?;
                        module.items.push(Item::Nested(nested));
                    }
                    _ => return unknown("a module that is not that of the message above", &item),
                },
                other => return unknown("an item of an unknown kind", &other),
            }
        }
        Ok(module)
    }

    fn message(&self, item: syn::ItemStruct) -> Result<Message> {
        check_head(&item.ident, &item.vis, &item.generics)?;
        let Fields::Named(fields) = item.fields else {
            return unknown("a message without names of fields", &item.ident);
        };
        let fields = fields.named.into_iter().map(|field| self.field(field));
        Ok(Message {
            above: self.above(&item.attrs)?,
            fields: fields.collect::<Result<_>>()?,
            ident: item.ident.to_string(),
            debug_by_macro: false,
        })
    }

    fn field(&self, field: syn::Field) -> Result<Field> {
        let (Some(ident), Visibility::Public(_)) = (&field.ident, &field.vis) else {
            return unknown("a field without a name, or a private one", &field);
        };
        Ok(Field {
            above: self.above(&field.attrs)?,
            ident: ident.to_string(),
            ty: rust_type(&field.ty)?,
        })
    }

    /// Values of an enum have numbers, members of a oneof have types.
    fn enumeration_or_oneof(&self, item: syn::ItemEnum) -> Result<Item> {
        check_head(&item.ident, &item.vis, &item.generics)?;
        let (above, ident) = (self.above(&item.attrs)?, item.ident.to_string());
        if item.variants.iter().all(|one| one.discriminant.is_some()) {
            let values = item.variants.into_iter().map(|one| self.value(one));
            return Ok(Item::Enumeration(Enumeration {
                above,
                ident,
                values: values.collect::<Result<_>>()?,
                functions: Vec::new(),
            }));
        }
        let members = item.variants.into_iter().map(|one| self.member(one));
        Ok(Item::Oneof(Oneof {
            above,
            ident,
            members: members.collect::<Result<_>>()?,
        }))
    }

    fn value(&self, variant: syn::Variant) -> Result<Value> {
        let (Some((_, number)), Fields::Unit) = (&variant.discriminant, &variant.fields) else {
            return unknown("a value of an enum that is no number", &variant);
        };
        Ok(Value {
            above: self.above(&variant.attrs)?,
            ident: variant.ident.to_string(),
            number: source(number.span()),
        })
    }

    fn member(&self, variant: syn::Variant) -> Result<Field> {
        let fields: Vec<_> = variant.fields.iter().collect();
        let ([field], Fields::Unnamed(_)) = (fields.as_slice(), &variant.fields) else {
            return unknown("a member of a oneof that is not one type", &variant);
        };
        Ok(Field {
            above: self.above(&variant.attrs)?,
            ident: variant.ident.to_string(),
            ty: rust_type(&field.ty)?,
        })
    }

    fn nested(&self, message: String, item: syn::ItemMod) -> Result<Nested> {
        check_head(&item.ident, &item.vis, &Generics::default())?;
        let comments: Vec<_> = item.attrs.iter().map(comment).collect();
        if !matches!(comments.as_slice(), [Some(line)] if line.starts_with(NESTED)) {
            return unknown("a module under another sentence", &item.ident);
        }
        let Some((_, items)) = item.content else {
            return unknown("a module in a file of its own", &item);
        };
        Ok(Nested {
            message,
            ident: item.ident.to_string(),
            module: self.module(items)?,
        })
    }

    fn above(&self, attributes: &[syn::Attribute]) -> Result<Above> {
        let mut above = Above::default();
        for one in attributes {
            match comment(one) {
                Some(line) => {
                    let number = line
                        .strip_prefix(MARK)
                        .and_then(|at| at.trim().parse().ok());
                    let Some(lines) = number.and_then(|at: usize| self.docs.get(at)) else {
                        return unknown("a comment of its own", one);
                    };
                    above.docs.extend_from_slice(lines);
                }
                None => above.attributes.push(attribute(one)?),
            }
        }
        Ok(above)
    }
}

/// The comment above the module of what is nested in a message, up to the message's name.
pub(super) const NESTED: &str = " Nested message and enum types in `";

/// Items of the tree are public, and none is generic.
fn check_head(ident: &syn::Ident, visibility: &Visibility, generics: &Generics) -> Result<()> {
    let is_generic = !generics.params.is_empty() || generics.where_clause.is_some();
    match visibility {
        Visibility::Public(_) if !is_generic => Ok(()),
        _ => unknown("an item that is private or generic", ident),
    }
}

/// The text of a node, as it is written.
fn source(span: Span) -> String {
    span.source_text().unwrap_or_default()
}

/// The line of a doc comment behind its slashes. An attribute that the user asks for may be
/// `#[doc = "…"]`, and is an attribute.
fn comment(attribute: &syn::Attribute) -> Option<String> {
    let text = source(attribute.span());
    text.strip_prefix("///").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::print::print;
    use super::*;

    #[test]
    fn a_mark_becomes_documentation_and_items_get_room() {
        let text = "// by prost-build\n/// @docs 0\n#[derive(Clone)]\npub struct A {\n}\n\
                    /// @docs 1\n#[derive(Clone)]\npub struct B {\n    /// @docs 0\n    #[prost(bool)]\n    pub x: bool,\n}\n";
        let docs = [
            vec!["One.".to_owned()],
            vec!["Two.".to_owned(), String::new()],
        ];
        let expected = "/// One.\n#[derive(Clone)]\npub struct A {}\n\n\
                        /// Two.\n///\n#[derive(Clone)]\npub struct B {\n    /// One.\n    #[prost(bool)]\n    pub x: bool,\n}";
        let tree = parse(text, &docs).expect("prost-build writes such things");
        assert_eq!(print(&tree), expected);
    }

    #[test]
    fn strings_of_attributes_hold_what_looks_like_code() {
        let text = "pub struct A {\n    \
                    #[prost(string, default = \"a => b, \\\"c\\\", d\", tag = \"1\")]\n    \
                    pub x: bool,\n}";
        let tree = parse(text, &[]).expect("prost-build writes such things");
        assert_eq!(print(&tree), text);
    }

    /// What another release of prost-build might write is refused, and nothing of it is lost.
    #[test]
    fn what_is_not_known_is_an_error() {
        let table = [
            ("pub fn f() {}", "an item of an unknown kind"),
            ("struct A {}", "an item that is private or generic"),
            ("pub struct A<T> {}", "an item that is private or generic"),
            (
                "pub struct A {}\npub mod a {}",
                "a module under another sentence",
            ),
            ("pub struct A(u8);", "a message without names of fields"),
            (
                "pub struct A { pub x: [u8; 4] }",
                "a type of an unknown kind",
            ),
            (
                "pub struct A { pub x: X<'static> }",
                "a generic argument that is no type",
            ),
            ("/// Words.\npub struct A {}", "a comment of its own"),
            (
                "pub enum A { B { c: u8 } }",
                "a member of a oneof that is not one type",
            ),
            (
                "pub struct A {}\nimpl A {}",
                "an `impl` that is not that of the enum above",
            ),
            (
                "pub mod a {}",
                "a module that is not that of the message above",
            ),
            (
                "pub enum A { B = 0 }\nimpl A { pub const C: u8 = 0; }",
                "an `impl` with something else than functions",
            ),
            (
                "pub enum A { B = 0 }\nimpl A { fn f(self) -> u8 { 0 } }",
                "a function that is not one `match`",
            ),
            (
                "pub enum A { B = 0 }\nimpl A { fn f(self) -> u8 { match self { A::B => g(0) } } }",
                "an arm of an unknown kind",
            ),
            (
                "pub struct A { #[prost(map = \"string\")] pub x: X }",
                "a map that has not two types",
            ),
            ("pub struct", "text that is not Rust"),
        ];
        for (text, what) in table {
            let found = parse(text, &[]).expect_err(text).to_string();
            let expected = format!("prost-build wrote {what}: ");
            assert!(found.starts_with(&expected), "{text}: {found}");
        }
    }
}
