//! Whether a function is what a trait wants. Where that cannot be told, it is.

use syn::{FnArg, ReturnType, Signature};

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
