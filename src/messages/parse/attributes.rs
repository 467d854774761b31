//! Attributes: those of prost in their parts, as far as they name types.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Lit, Meta, Token};

use super::super::syntax::{Argument, Attribute, MapValue};
use super::types::path;
use super::{Result, source, unknown};

/// An attribute that is no comment.
pub(super) fn attribute(attribute: &syn::Attribute) -> Result<Attribute> {
    let other = || Ok(Attribute::Other(source(attribute.span())));
    let Meta::List(list) = &attribute.meta else {
        return other();
    };
    if list.path.is_ident("derive") {
        let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        return match paths {
            Ok(paths) => {
                let paths = paths.iter().map(|path| source(path.span()));
                Ok(Attribute::Derive(paths.collect()))
            }
            Err(_) => other(),
        };
    }
    if !list.path.is_ident("prost") {
        return other();
    }
    match list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
        Ok(arguments) => {
            let arguments = arguments.iter().map(argument).collect::<Result<_>>()?;
            Ok(Attribute::Prost(arguments))
        }
        Err(_) => unknown("an attribute of prost that is no list", attribute),
    }
}

fn argument(meta: &Meta) -> Result<Argument> {
    let plain = || Argument::Plain(source(meta.span()));
    let Meta::NameValue(pair) = meta else {
        return Ok(plain());
    };
    let key = source(pair.path.span());
    let Expr::Lit(literal) = &pair.value else {
        return Ok(plain());
    };
    let Lit::Str(text) = &literal.lit else {
        return Ok(plain());
    };
    match key.as_str() {
        "oneof" | "enumeration" => Ok(Argument::Type {
            key,
            path: text.value(),
        }),
        "map" | "btree_map" => map(key, text),
        _ => Ok(plain()),
    }
}

/// `"string, enumeration(path)"`
fn map(collection: String, text: &syn::LitStr) -> Result<Argument> {
    let types = text.parse_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let types: Vec<Meta> = types.into_iter().flatten().collect();
    let [Meta::Path(key), value] = types.as_slice() else {
        return unknown("a map that has not two types", text);
    };
    let value = match value {
        Meta::Path(word) => MapValue::Plain(path(word)),
        Meta::List(list) if list.path.is_ident("enumeration") => {
            match list.parse_args_with(syn::Path::parse_mod_style) {
                Ok(kind) => MapValue::Enumeration(path(&kind)),
                Err(_) => return unknown("a map of an enum without a path", text),
            }
        }
        _ => return unknown("a map with values of an unknown kind", text),
    };
    Ok(Argument::Map {
        collection,
        key: path(key),
        value,
    })
}
