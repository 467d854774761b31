//! Where lines break in constants.

use crate::plan::{ConstPlan, Expr, RustType};

use super::expr::{expr_at, fits_flat, flat};
use super::{MAX_WIDTH, STEP, blanks, type_at};

/// `{head} &{list};`, without the indentation of its first line.
pub(crate) fn slice_constant(head: &str, list: &Expr, indent: usize) -> String {
    let flat_list = flat(list);
    let width = flat_list.len() + "&;".len();
    let same_line = indent + head.len() + 1 + width <= MAX_WIDTH;
    let below = indent + STEP;
    if !same_line && fits_flat(list) && below + width <= MAX_WIDTH {
        return format!("{head}\n{}&{flat_list};", blanks(below));
    }
    let list = expr_at(list, indent, indent + head.len() + " &".len(), 1);
    format!("{head} &{list};")
}

/// A constant at the left margin.
pub(crate) fn constant(name: &str, plan: &ConstPlan) -> String {
    match plan {
        ConstPlan::Const(ty, value) => {
            let head = format!("pub const {name}: {} =", ty.flat());
            let value_flat = flat(value);
            // A value too long for either place stays in the first.
            let next_line =
                head.len() + value_flat.len() + 2 > MAX_WIDTH && 4 + value_flat.len() < MAX_WIDTH;
            let lead = if next_line { "\n    " } else { " " };
            format!("{head}{lead}{value_flat};")
        }
        ConstPlan::Lazy(ty, value) => lazy_static(&lazy_head(name, ty), value),
    }
}

/// `pub static {name}: ::std::sync::LazyLock<{type}> =`
fn lazy_head(name: &str, ty: &RustType) -> String {
    let head = format!("pub static {name}:");
    let lazy = RustType::generic("::std::sync::LazyLock", [ty.clone()]);
    format!("{head} {} =", type_at(&lazy, 0, head.len() + 1, 2))
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
