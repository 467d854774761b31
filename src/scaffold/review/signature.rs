//! Whether a function is what a trait wants. Where that cannot be told, it is.

use syn::{FnArg, Pat, ReturnType, Signature};

use crate::plan::RustType;

use super::super::reading::{Known, Scope, known};

/// What a trait wants behind `&self`, with absolute paths.
pub(super) struct Wanted {
    pub(super) params: Vec<RustType>,
    pub(super) returns: RustType,
}

/// Whether the function may be the one that is wanted.
pub(super) fn fits(
    wanted: &Wanted,
    found: &Signature,
    scope: &Scope,
    generated: &str,
    is_alias: &dyn Fn(&[String]) -> bool,
) -> bool {
    let mut inputs = found.inputs.iter();
    if !inputs.next().is_some_and(borrows_self) || inputs.len() != wanted.params.len() {
        return false;
    }
    let same = |wanted: &RustType, ty: &syn::Type| {
        let found = known(ty, scope, generated);
        Known::of(wanted, generated).may_be(&found, is_alias)
    };
    let params = inputs
        .zip(&wanted.params)
        .all(|(input, wanted)| match input {
            FnArg::Typed(input) => same(wanted, &input.ty),
            FnArg::Receiver(_) => false,
        });
    let returns = match (&found.output, &found.asyncness) {
        (ReturnType::Type(_, ty), Some(_)) => same(&wanted.returns, ty),
        // A function that is not async may return any future.
        (ReturnType::Type(_, ty), None) => known(ty, scope, generated) == Known::Unknown,
        (ReturnType::Default, _) => false,
    };
    params && returns
}

/// What the parameters that a trait wants are called in a function that does not fit: as they were,
/// where one has the name, the type or the place of another, so that the function's body still knows
/// it. `names` are those of the trait, and `is_same` tells whether two types may be one.
pub(super) fn parameter_names(
    names: &[&str],
    wanted: &[RustType],
    found: &Signature,
    is_same: &dyn Fn(&RustType, &syn::Type) -> bool,
) -> Vec<String> {
    let given: Vec<_> = found.inputs.iter().skip(1).filter_map(given).collect();
    let mut chosen: Vec<String> = Vec::new();
    for (index, (name, ty)) in names.iter().zip(wanted).enumerate() {
        let there = given
            .get(index)
            .filter(|(_, given)| given_count_is(found, wanted.len()) || is_same(ty, given));
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

fn given_count_is(found: &Signature, count: usize) -> bool {
    found.inputs.len() == count + 1
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
