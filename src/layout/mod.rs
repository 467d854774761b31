//! Where lines break, by rustfmt's rules for the few constructs whose width varies with the IDL.
//!
//! Generated text is exactly what `rustfmt` would print, so that users may format their tree and a
//! check for fresh code still compares bytes. Templates hold everything of fixed width; a name of
//! the IDL can make a type, a signature or a call too long, and those come from here. The test
//! `tests/layout.rs` holds these functions against rustfmt itself.

mod arm;
mod attribute;
mod call;
mod constant;
pub(crate) mod expr;
mod header;
mod signature;

use crate::plan::RustType;

pub(crate) use arm::{arm, some_arm};
pub(crate) use attribute::{attributes, derive};
pub(crate) use call::{
    async_closure, awaited_call, broken_call, call, fill, let_call, method_call, nested_call,
};
pub(crate) use constant::{constant, slice_constant};
pub(crate) use header::{impl_header, impl_header_at, inherent_header, trait_header};
pub(crate) use signature::{Return, signature};

/// rustfmt's `max_width`.
pub(crate) const MAX_WIDTH: usize = 100;

/// rustfmt's `fn_call_width`: longer arguments go on lines of their own.
pub(super) const CALL_WIDTH: usize = 60;

/// rustfmt's `attr_fn_like_width`.
pub(crate) const ATTRIBUTE_WIDTH: usize = 70;

/// rustfmt's `struct_lit_width`.
pub(super) const STRUCT_WIDTH: usize = 18;

/// rustfmt's `array_width`.
pub(super) const ARRAY_WIDTH: usize = 60;

/// One step of indentation.
pub(crate) const STEP: usize = 4;

/// rustfmt's `short_array_element_width_threshold`: lists of items no wider than this share lines.
pub(super) const SHORT_ITEM: usize = 10;

/// `width` blanks.
pub(crate) fn blanks(width: usize) -> String {
    " ".repeat(width)
}

/// A type that starts at `column` of a line indented by `indent` and is followed by `tail`
/// characters on its last line.
pub(crate) fn type_at(ty: &RustType, indent: usize, column: usize, tail: usize) -> String {
    let flat = ty.flat();
    if ty.args.is_empty() || column + flat.len() + tail <= MAX_WIDTH {
        return flat;
    }
    broken_type(ty, indent)
}

/// A generic type with each argument on a line of its own.
fn broken_type(ty: &RustType, indent: usize) -> String {
    if ty.args.is_empty() {
        return ty.flat();
    }
    let inner = indent + STEP;
    let line = |arg| format!("{}{},\n", blanks(inner), type_at(arg, inner, inner, 1));
    let args: String = ty.args.iter().map(line).collect();
    format!("{}<\n{args}{}>", ty.path, blanks(indent))
}

/// `pub {name}: {type}` of a struct's field in a line indented by `indent`.
pub(crate) fn field(name: &str, ty: &RustType, indent: usize) -> String {
    let head = format!("pub {name}:");
    let flat = ty.flat();
    let (same_line, next_line) = (indent + head.len() + 1, indent + STEP);
    if same_line + flat.len() < MAX_WIDTH {
        format!("{head} {flat}")
    } else if next_line + flat.len() < MAX_WIDTH {
        format!("{head}\n{}{flat}", blanks(next_line))
    } else {
        format!("{head} {}", type_at(ty, indent, same_line, 1))
    }
}

/// `{name}({type})`, a variant of an enum in a line indented by `indent`.
pub(crate) fn variant(name: &str, ty: &RustType, indent: usize) -> String {
    let flat = format!("{name}({})", ty.flat());
    if indent + flat.len() < MAX_WIDTH {
        return flat;
    }
    let inner = indent + STEP;
    format!(
        "{name}(\n{}{},\n{})",
        blanks(inner),
        type_at(ty, inner, inner, 1),
        blanks(indent)
    )
}

/// `{head} = {type};` at the left margin.
pub(crate) fn type_alias(head: &str, ty: &RustType) -> String {
    let flat = ty.flat();
    if head.len() + flat.len() + 4 <= MAX_WIDTH {
        format!("{head} = {flat};")
    } else if STEP + flat.len() < MAX_WIDTH {
        format!("{head} =\n    {flat};")
    } else {
        format!("{head} = {};", type_at(ty, 0, head.len() + 3, 1))
    }
}
/// `name { fields }` in shorthand form.
pub(crate) fn struct_shorthand(name: &str, fields: &[&str], indent: usize) -> String {
    let flat = fields.join(", ");
    if fields.is_empty() {
        return format!("{name} {{}}");
    }
    if flat.len() <= STRUCT_WIDTH {
        return format!("{name} {{ {flat} }}");
    }
    let pad = blanks(indent + STEP);
    let lines: String = fields
        .iter()
        .map(|field| format!("{pad}{field},\n"))
        .collect();
    format!("{name} {{\n{lines}{}}}", blanks(indent))
}
