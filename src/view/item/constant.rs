//! Constants.

use streamgen_idl::model::{Const, DefId};

use crate::plan::{ConstPlan, Expr, ModuleId, Plan};

use super::docs;
use crate::layout::expr::{expr_at, fits_flat, flat};
use crate::layout::{self, MAX_WIDTH};

/// The text of a constant.
pub(super) fn render(plan: &Plan<'_>, module: ModuleId, id: DefId, item: &Const) -> String {
    let docs = docs(plan, id);
    let name = plan.names.ident(id);
    docs + &match plan.constant(module, &item.ty, &item.value) {
        ConstPlan::Const(ty, value) => {
            let head = format!("pub const {name}: {} =", ty.flat());
            let value_flat = flat(&value);
            // A value too long for either place stays in the first.
            let next_line =
                head.len() + value_flat.len() + 2 > MAX_WIDTH && 4 + value_flat.len() < MAX_WIDTH;
            format!(
                "{head}{}{value_flat};",
                if next_line { "\n    " } else { " " }
            )
        }
        ConstPlan::Lazy(ty, value) => {
            let lazy = layout::lazy_head(name, &ty);
            lazy_static(&lazy, &value)
        }
    }
}

/// `{head} ::std::sync::LazyLock::new(|| value);`, where `head` ends in `=`.
fn lazy_static(head: &str, value: &Expr) -> String {
    const NEW: &str = "::std::sync::LazyLock::new(|| ";
    // An empty collection's constructor needs no closure around it.
    if let Expr::Call(constructor, args) = value
        && args.is_empty()
    {
        let new = format!("::std::sync::LazyLock::new({constructor});");
        let last_line = head.lines().last().unwrap_or_default().len();
        let fits = last_line + 1 + new.len() <= MAX_WIDTH || head.contains('\n');
        return format!("{head}{}{new}", if fits { " " } else { "\n    " });
    }
    let last_line = head.lines().last().unwrap_or_default().len();
    let one_line = format!("{NEW}{});", flat(value));
    if fits_flat(value) && last_line + 1 + one_line.len() <= MAX_WIDTH {
        return format!("{head} {one_line}");
    }
    if fits_flat(value) && !head.contains('\n') && 4 + one_line.len() <= MAX_WIDTH {
        return format!("{head}\n    {one_line}");
    }
    // A struct expression opens its own block, anything else gets one, for which rustfmt wants
    // room for one more step.
    let (opening, reserve) = match value {
        Expr::Struct(path, ..) => (format!("{NEW}{path} {{"), 2),
        _ => (format!("{NEW}{{"), 4),
    };
    let same_line = last_line + 1 + opening.len() + reserve <= MAX_WIDTH;
    let (lead, indent) = match same_line || head.contains('\n') {
        true => (" ", 0),
        false => ("\n    ", 4),
    };
    if let Expr::Struct(..) = value {
        let value = expr_at(value, indent, MAX_WIDTH, 0);
        return format!("{head}{lead}{NEW}{value});");
    }
    let pad = " ".repeat(indent);
    let value = expr_at(value, indent + 4, indent + 4, 0);
    format!("{head}{lead}{NEW}{{\n{pad}    {value}\n{pad}}});")
}
