//! Where lines break, by rustfmt's rules for the few constructs whose width varies with the IDL.
//!
//! Generated text is exactly what `rustfmt` would print, so that users may format their tree and a
//! check for fresh code still compares bytes. Templates hold everything of fixed width; a name of
//! the IDL can make a type, a signature or a call too long, and those come from here. The test
//! `tests/layout.rs` holds these functions against rustfmt itself.

mod attribute;
mod call;
mod constant;
pub(crate) mod expr;

use crate::plan::RustType;

pub(crate) use attribute::{attributes, derive};
pub(crate) use call::{
    async_closure, awaited_call, broken_call, call, fill, let_call, method_call, nested_call,
};
pub(crate) use constant::{constant, slice_constant};

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

/// What a function returns.
#[derive(Clone, Debug)]
pub(crate) enum Return<'a> {
    /// `-> T`
    Type(&'a RustType),
    /// `-> impl Future<Output = T> + Send`
    Future(&'a RustType),
}

/// A `match` arm in a line indented by `indent`; a value too long for it gets a block.
pub(crate) fn arm(pattern: &str, value: &str, indent: usize) -> String {
    let flat = format!("{pattern} => {value},");
    if indent + flat.len() <= MAX_WIDTH {
        return flat;
    }
    format!(
        "{pattern} => {{\n{}{value}\n{}}}",
        blanks(indent + STEP),
        blanks(indent)
    )
}

/// A `match` arm with the value `Some(argument)`: where not even a block is wide enough for it, its own
/// brackets are broken.
pub(crate) fn some_arm(pattern: &str, argument: &str, indent: usize) -> String {
    let value = format!("Some({argument})");
    if indent + STEP + value.len() <= MAX_WIDTH {
        return arm(pattern, &value, indent);
    }
    let (outer, inner) = (blanks(indent), blanks(indent + STEP));
    format!("{pattern} => Some(\n{inner}{argument},\n{outer}),")
}

/// One parameter with a name; `None` is `&self`.
pub(crate) type Param<'a> = Option<(&'a str, &'a RustType)>;

/// A function's signature, `tail` included (`;` or ` {`), without the indentation of its first
/// line.
pub(crate) fn signature(
    indent: usize,
    head: &str,
    params: &[Param<'_>],
    returns: &Return<'_>,
    tail: &str,
) -> String {
    let flat_params: Vec<_> = params.iter().map(|param| flat_param(param)).collect();
    let flat = format!(
        "{head}({}) -> {}{tail}",
        flat_params.join(", "),
        flat_return(returns)
    );
    if indent + flat.len() <= MAX_WIDTH {
        return flat;
    }
    let inner = indent + STEP;
    let broken: String = params
        .iter()
        .map(|param| match param {
            None => format!("{}&self,\n", blanks(inner)),
            Some((name, ty)) => {
                let ty = type_at(ty, inner, inner + name.len() + 2, 1);
                format!("{}{name}: {ty},\n", blanks(inner))
            }
        })
        .collect();
    format!(
        "{head}(\n{broken}{}) -> {}",
        blanks(indent),
        return_at(returns, indent, tail)
    )
}

fn flat_param(param: &Param<'_>) -> String {
    match param {
        None => "&self".to_owned(),
        Some((name, ty)) => format!("{name}: {}", ty.flat()),
    }
}

const FUTURE: &str = "impl ::core::future::Future";
/// What rustfmt sets aside when bounds stand on lines of their own.
const MULTILINE_BOUND: usize = 6;
const SEND: &str = "+ ::core::marker::Send";

fn flat_return(returns: &Return<'_>) -> String {
    match returns {
        Return::Type(ty) => ty.flat(),
        Return::Future(ty) => format!("{FUTURE}<Output = {}> {SEND}", ty.flat()),
    }
}

/// The return type behind `) -> ` on a line indented by `indent`.
fn return_at(returns: &Return<'_>, indent: usize, tail: &str) -> String {
    // rustfmt gives the type what is left beside `-> `, and forgets the `) `.
    let width = MAX_WIDTH - indent - "-> ".len();
    match returns {
        Return::Type(ty) => {
            let flat = ty.flat();
            if flat.len() > width {
                return broken_type(ty, indent) + tail;
            }
            with_tail(flat, indent, tail)
        }
        Return::Future(ty) => {
            // The bounds get that width without the word in front of them.
            let future = format!("{FUTURE}<Output = {}>", ty.flat());
            let bounds = future.len() - "impl ".len();
            if bounds + 1 + SEND.len() <= width {
                with_tail(format!("{future} {SEND}"), indent, tail)
            } else if bounds + MULTILINE_BOUND <= width {
                format!("{future}\n{}{SEND}{tail}", blanks(indent))
            } else {
                let inner = indent + STEP;
                let output = type_at(ty, inner, inner + "Output = ".len(), 1);
                let pad = blanks(inner);
                format!(
                    "{FUTURE}<\n{pad}Output = {output},\n{}> {SEND}{tail}",
                    blanks(indent)
                )
            }
        }
    }
}

/// A return type on one line. Where the brace would stick out, it goes down alone.
fn with_tail(flat: String, indent: usize, tail: &str) -> String {
    let line = indent + ") -> ".len() + flat.len() + tail.len();
    match tail == " {" && line > MAX_WIDTH - indent {
        true => format!("{flat}\n{}{{", blanks(indent)),
        false => flat + tail,
    }
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
/// The first line or lines of an `impl` at the left margin, opening brace included.
pub(crate) fn impl_header(generics: &str, of_trait: &RustType, for_type: &str) -> String {
    impl_header_at(0, generics, of_trait, for_type)
}

/// The first line or lines of an `impl` that is indented by `indent`, opening brace included.
pub(crate) fn impl_header_at(
    indent: usize,
    generics: &str,
    of_trait: &RustType,
    for_type: &str,
) -> String {
    let start = format!("impl{generics}");
    let flat = format!("{start} {} for {for_type} {{", of_trait.flat());
    if indent + flat.len() <= MAX_WIDTH {
        return flat;
    }
    let (outer, pad) = (blanks(indent), blanks(indent + STEP));
    let first = format!("{start} {}", of_trait.flat());
    if indent + first.len() <= MAX_WIDTH {
        return format!("{first}\n{pad}for {for_type}\n{outer}{{");
    }
    let name = type_at(of_trait, indent + STEP, indent + STEP, 0);
    let join = match name.contains('\n') {
        true => " ".to_owned(),
        false => format!("\n{pad}"),
    };
    format!("{start}\n{pad}{name}{join}for {for_type}\n{outer}{{")
}

/// What rustfmt wants left of a line with the bounds of a trait.
const TRAIT_ROOM: usize = 8;

/// The head of a trait with bounds, opening brace included; `empty` traits close at once.
pub(crate) fn trait_header(head: &str, bounds: &str, empty: bool) -> String {
    let flat = format!("{head}: {bounds} {{");
    match (flat.len() + TRAIT_ROOM <= MAX_WIDTH, empty) {
        (true, false) => flat,
        (true, true) => flat + "}",
        (false, false) => format!("{head}:\n    {bounds}\n{{"),
        (false, true) => format!("{head}:\n    {bounds}\n{{\n}}"),
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

/// The head of an inherent `impl` at the left margin, opening brace included.
pub(crate) fn inherent_header(generics: &str, for_type: &str) -> String {
    let flat = format!("impl{generics} {for_type} {{");
    if flat.len() <= MAX_WIDTH {
        return flat;
    }
    let inner = generics.trim_start_matches('<').trim_end_matches('>');
    format!("impl<\n    {inner},\n> {for_type}\n{{")
}
