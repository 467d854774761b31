//! Where lines break inside expressions: values of constants and defaults.

use crate::plan::{Expr, Rest};

use super::{ARRAY_WIDTH, CALL_WIDTH, MAX_WIDTH, SHORT_ITEM, STEP, STRUCT_WIDTH, blanks, fill};

/// What rustfmt wants left of a line in which a lone argument hugs its brackets.
const HUG_ROOM: usize = 2;

/// An expression that starts at `column` of a line indented by `indent` and is followed by `tail`
/// characters on its last line.
pub(crate) fn expr_at(expr: &Expr, indent: usize, column: usize, tail: usize) -> String {
    let flat = flat(expr);
    if column + flat.len() + tail <= MAX_WIDTH && fits_flat(expr) {
        return flat;
    }
    broken(expr, indent, column, tail)
}

/// The expression over several lines if it has parts, whether or not it would fit in one.
fn broken(expr: &Expr, indent: usize, column: usize, tail: usize) -> String {
    match expr {
        Expr::Atom(text) => text.clone(),
        Expr::Call(callee, args) => {
            list(&format!("{callee}("), args, ")", ",", indent, column, tail)
        }
        Expr::Tuple(items) => list("(", items, ")", ",", indent, column, tail),
        Expr::Array(items) => array("[", items, ",", indent, column, tail),
        Expr::Vec(items) => array("::std::vec![", items, "", indent, column, tail),
        Expr::Struct(path, fields, rest) => {
            let inner = indent + STEP;
            let pad = blanks(inner);
            let mut out = format!("{path} {{\n");
            for (name, value) in fields {
                let value = expr_at(value, inner, inner + name.len() + 2, 1);
                out.push_str(&format!("{pad}{name}: {value},\n"));
            }
            if *rest == Rest::Default {
                out.push_str(&format!("{pad}..::core::default::Default::default()\n"));
            }
            out + &blanks(indent) + "}"
        }
    }
}

/// Items on lines of their own; a lone item that has parts hugs the brackets instead.
fn list(
    open: &str,
    items: &[Expr],
    close: &str,
    last_comma: &str,
    indent: usize,
    column: usize,
    tail: usize,
) -> String {
    match items {
        [] => format!("{open}{close}"),
        [only]
            if has_parts(only)
                && first_line(only) + column + open.len() + HUG_ROOM <= MAX_WIDTH =>
        {
            let inner = broken(only, indent, column + open.len(), tail + close.len());
            format!("{open}{inner}{close}")
        }
        _ => {
            let inner = indent + STEP;
            let lines: Vec<_> = items
                .iter()
                .map(|item| expr_at(item, inner, inner, 1))
                .collect();
            let pad = blanks(inner);
            let lines = lines.join(&format!(",\n{pad}"));
            format!(
                "{open}\n{pad}{lines}{last_comma}\n{}{close}",
                blanks(indent)
            )
        }
    }
}

/// Like [`list`], but narrow items share lines.
fn array(
    open: &str,
    items: &[Expr],
    last_comma: &str,
    indent: usize,
    column: usize,
    tail: usize,
) -> String {
    let narrow = items.len() > 1 && items.iter().all(|item| flat(item).len() <= SHORT_ITEM);
    if !narrow {
        return list(open, items, "]", last_comma, indent, column, tail);
    }
    let inner = indent + STEP;
    let words: Vec<_> = items.iter().map(flat).collect();
    format!(
        "{open}\n{}{last_comma}\n{}]",
        fill(&words, inner),
        blanks(indent)
    )
}

/// Width of what stands before the first line break of a broken expression.
fn first_line(expr: &Expr) -> usize {
    match expr {
        Expr::Atom(text) => text.len(),
        Expr::Call(callee, _) => callee.len() + 1,
        Expr::Array(_) | Expr::Tuple(_) => 1,
        Expr::Vec(_) => "::std::vec![".len(),
        Expr::Struct(path, ..) => path.len() + 2,
    }
}

/// Whether the expression, as the only one in brackets, opens its own behind them. rustfmt gives a
/// nested call the width of arguments, and one whose name does not fit into that does not.
fn hugs(expr: &Expr) -> bool {
    has_parts(expr) && (!matches!(expr, Expr::Call(..)) || first_line(expr) <= CALL_WIDTH)
}

fn has_parts(expr: &Expr) -> bool {
    match expr {
        Expr::Atom(_) => false,
        Expr::Call(_, parts) | Expr::Array(parts) | Expr::Vec(parts) | Expr::Tuple(parts) => {
            !parts.is_empty()
        }
        Expr::Struct(..) => true,
    }
}

/// The expression on one line, however long.
pub(crate) fn flat(expr: &Expr) -> String {
    let join = |items: &[Expr]| items.iter().map(flat).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::Atom(text) => text.clone(),
        Expr::Call(callee, args) => format!("{callee}({})", join(args)),
        Expr::Array(items) => format!("[{}]", join(items)),
        Expr::Vec(items) => format!("::std::vec![{}]", join(items)),
        Expr::Tuple(items) => format!("({})", join(items)),
        Expr::Struct(path, fields, rest) => match struct_body(fields, *rest).as_str() {
            "" => format!("{path} {{}}"),
            body => format!("{path} {{ {body} }}"),
        },
    }
}

fn struct_body(fields: &[(String, Expr)], rest: Rest) -> String {
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{name}: {}", flat(value)));
    let rest = (rest == Rest::Default).then(|| "..::core::default::Default::default()".to_owned());
    fields.chain(rest).collect::<Vec<_>>().join(", ")
}

/// Whether every part is narrow enough for rustfmt to leave it on one line.
pub(crate) fn fits_flat(expr: &Expr) -> bool {
    match expr {
        Expr::Atom(_) => true,
        // A lone literal may be as long as the line.
        Expr::Call(_, items) if matches!(items.as_slice(), [Expr::Atom(_)]) => true,
        Expr::Call(_, items) | Expr::Tuple(items) => narrow(items, CALL_WIDTH),
        Expr::Array(items) | Expr::Vec(items) => narrow(items, ARRAY_WIDTH),
        Expr::Struct(_, fields, rest) => {
            struct_body(fields, *rest).len() <= STRUCT_WIDTH
                && fields.iter().all(|(_, value)| fits_flat(value))
        }
    }
}

/// A lone array or tuple is measured by its own rule only, and so is a call that cannot hug.
fn narrow(items: &[Expr], limit: usize) -> bool {
    let lone = match items {
        [Expr::Array(_) | Expr::Tuple(_)] => true,
        [call @ Expr::Call(..)] => !hugs(call),
        _ => false,
    };
    let width = items
        .iter()
        .map(|item| flat(item).len() + 2)
        .sum::<usize>()
        .saturating_sub(2);
    (lone || width <= limit) && items.iter().all(fits_flat)
}
