//! Paths and types.

use syn::Type;

use crate::plan::RustType;
use crate::plan::protobuf::PROST;

use super::{Result, unknown};

/// A path without generic arguments.
pub(super) fn path(path: &syn::Path) -> String {
    let start = if path.leading_colon.is_some() {
        "::"
    } else {
        ""
    };
    let names: Vec<_> = path
        .segments
        .iter()
        .map(|one| one.ident.to_string())
        .collect();
    format!("{start}{}", names.join("::"))
}

/// A type, with the short names that the rest of generated code uses for the same types.
pub(super) fn rust_type(ty: &Type) -> Result<RustType> {
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(RustType::unit()),
        Type::Path(found) if found.qself.is_none() => {
            let arguments = found.path.segments.last().map(|last| &last.arguments);
            let args = match arguments {
                Some(syn::PathArguments::AngleBracketed(args)) => args.args.iter(),
                _ => return Ok(RustType::plain(shorter(path(&found.path)))),
            };
            let args = args.map(|arg| match arg {
                syn::GenericArgument::Type(ty) => rust_type(ty),
                other => unknown("a generic argument that is no type", other),
            });
            let args = args.collect::<Result<Vec<_>>>()?;
            Ok(RustType::generic(shorter(path(&found.path)), args))
        }
        other => unknown("a type of an unknown kind", other),
    }
}

fn shorter(path: String) -> String {
    match path.strip_prefix(PROST) {
        Some("::bytes::Bytes") => "::streamgen_runtime::Bytes".to_owned(),
        Some(rest) => match rest.strip_prefix("::alloc::") {
            Some(item) => format!("::std::{item}"),
            None => path,
        },
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(text: &str) -> String {
        let ty = syn::parse_str(text).expect("it is a type");
        rust_type(&ty).expect("it has a place in the tree").flat()
    }

    #[test]
    fn types_have_their_usual_names() {
        let prost =
            "::core::option::Option<::streamgen_runtime::prost::alloc::boxed::Box<super::X>>";
        let ours = "::core::option::Option<::std::boxed::Box<super::X>>";
        assert_eq!(usual(prost), ours);
        let map = "::std::collections::HashMap<i64, ::streamgen_runtime::prost::bytes::Bytes>";
        let ours = "::std::collections::HashMap<i64, ::streamgen_runtime::Bytes>";
        assert_eq!(usual(map), ours);
    }
}
