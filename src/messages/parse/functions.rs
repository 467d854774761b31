//! The functions that prost-build gives an enum.

use syn::spanned::Spanned;
use syn::{Expr, ImplItem};

use super::super::syntax::{Arm, ArmValue, Enumeration, Function};
use super::types::path;
use super::{Result, comment, source, unknown};

/// The functions of an enum.
pub(super) fn functions(item: syn::ItemImpl, of: &mut Enumeration) -> Result<()> {
    let is_plain =
        item.trait_.is_none() && item.attrs.is_empty() && item.generics.params.is_empty();
    if !is_plain || !of.functions.is_empty() {
        return unknown("an `impl` that is not an enum's only one", &item);
    }
    for item in item.items {
        match item {
            ImplItem::Fn(item) => of.functions.push(function(&item)?),
            other => return unknown("an `impl` with something else than functions", &other),
        }
    }
    Ok(())
}

fn function(item: &syn::ImplItemFn) -> Result<Function> {
    let [syn::Stmt::Expr(Expr::Match(found), None)] = item.block.stmts.as_slice() else {
        return unknown("a function that is not one `match`", item);
    };
    let docs: Option<Vec<_>> = item.attrs.iter().map(comment).collect();
    let Some(docs) = docs else {
        return unknown("a function with an attribute", item);
    };
    Ok(Function {
        docs,
        signature: format!("{} {}", source(item.vis.span()), source(item.sig.span())),
        on: source(found.expr.span()),
        arms: found.arms.iter().map(arm).collect::<Result<_>>()?,
    })
}

/// An attribute on a value is no expression of its own in rustfmt's eyes; on the arm it says the
/// same.
fn arm(arm: &syn::Arm) -> Result<Arm> {
    let mut attributes: Vec<_> = arm.attrs.iter().map(|one| source(one.span())).collect();
    let value = match arm.body.as_ref() {
        Expr::Lit(_) | Expr::Path(_) => ArmValue::Plain(source(arm.body.span())),
        Expr::Call(call) if source(call.func.span()) == "Some" => {
            let args: Vec<_> = call.args.iter().collect();
            let [Expr::Path(arg)] = args.as_slice() else {
                return unknown("an arm with more than one path", arm);
            };
            attributes.extend(arg.attrs.iter().map(|one| source(one.span())));
            ArmValue::Some(path(&arg.path))
        }
        _ => return unknown("an arm of an unknown kind", arm),
    };
    match &arm.guard {
        Some((_, guard)) => unknown("an arm with a guard", guard),
        None => Ok(Arm {
            attributes,
            pattern: source(arm.pat.span()),
            value,
        }),
    }
}
