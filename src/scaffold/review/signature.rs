//! Whether a function is what a trait wants. Where that cannot be told, it is.

use std::collections::BTreeSet;

use syn::{FnArg, Pat, ReturnType, Signature};

use crate::plan::RustType;

use super::super::reading::{Known, Scope, known};
use super::super::root::Root;

/// What a trait wants behind `&self`, with absolute paths.
pub(super) struct Wanted {
    pub(super) params: Vec<RustType>,
    pub(super) returns: RustType,
}

/// What decides whether a type that somebody wrote is a wanted one.
pub(super) struct Types<'a> {
    /// What names mean where it is written.
    pub(super) scope: &'a Scope,
    /// The root module of generated code.
    pub(super) root: &'a Root,
    /// Paths of typedefs, each of which may be any type.
    pub(super) aliases: &'a BTreeSet<Vec<String>>,
}

impl Types<'_> {
    fn known(&self, ty: &syn::Type) -> Known {
        known(ty, self.scope, self.root)
    }

    /// Whether the two may be the same type.
    fn may_be(&self, wanted: &RustType, ty: &syn::Type) -> bool {
        let is_alias = |path: &[String]| self.aliases.contains(path);
        Known::of(wanted, self.root).may_be(&self.known(ty), &is_alias)
    }
}

/// Whether the function may be the one that is wanted.
pub(super) fn fits(wanted: &Wanted, found: &Signature, types: &Types<'_>) -> bool {
    let mut inputs = found.inputs.iter();
    if !inputs.next().is_some_and(borrows_self) || inputs.len() != wanted.params.len() {
        return false;
    }
    let params = inputs
        .zip(&wanted.params)
        .all(|(input, wanted)| match input {
            FnArg::Typed(input) => types.may_be(wanted, &input.ty),
            FnArg::Receiver(_) => false,
        });
    let returns = match (&found.output, &found.asyncness) {
        (ReturnType::Type(_, ty), Some(_)) => types.may_be(&wanted.returns, ty),
        // A function that is not async may return any future.
        (ReturnType::Type(_, ty), None) => types.known(ty) == Known::Unknown,
        (ReturnType::Default, _) => false,
    };
    params && returns
}

/// What the parameters that a trait wants are called in a function that does not fit: as they were,
/// where one has the name, the type or the place of another, so that the function's body still knows
/// it. `names` are those of the trait.
pub(super) fn parameter_names(
    names: &[&str],
    wanted: &Wanted,
    found: &Signature,
    types: &Types<'_>,
) -> Vec<String> {
    let given: Vec<_> = found.inputs.iter().skip(1).filter_map(given).collect();
    let has_count = found.inputs.len() == wanted.params.len() + 1;
    let mut chosen: Vec<String> = Vec::new();
    for (index, (name, ty)) in names.iter().zip(&wanted.params).enumerate() {
        let there = given
            .get(index)
            .filter(|(_, given)| has_count || types.may_be(ty, given));
        let same = given
            .iter()
            .find(|(given, _)| given.trim_start_matches('_') == *name);
        let candidates = [same, there].into_iter().flatten().map(|(name, _)| name);
        let mut free = candidates.filter(|name| !chosen.contains(name));
        let new = free.next().cloned().unwrap_or_else(|| format!("_{name}"));
        chosen.push(new);
    }
    chosen
}

/// The name and the type of a parameter that has a name.
fn given(input: &FnArg) -> Option<(String, &syn::Type)> {
    match input {
        FnArg::Typed(input) => match &*input.pat {
            Pat::Ident(pattern) => Some((pattern.ident.to_string(), &input.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

fn borrows_self(input: &FnArg) -> bool {
    match input {
        FnArg::Receiver(receiver) => match receiver.colon_token {
            // `self: &Self`, or a type that only its author knows.
            Some(_) => true,
            None => receiver.reference.is_some() && receiver.mutability.is_none(),
        },
        FnArg::Typed(_) => false,
    }
}
