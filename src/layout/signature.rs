//! Where lines break in the signatures of functions.

use super::{MAX_WIDTH, STEP, blanks, broken_type, type_at};
use crate::plan::RustType;

/// What a function returns.
#[derive(Clone, Debug)]
pub(crate) enum Return<'a> {
    /// `-> T`
    Type(&'a RustType),
    /// `-> impl Future<Output = T> + Send`
    Future(&'a RustType),
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
