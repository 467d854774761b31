//! Where lines break in the heads of traits and of `impl` blocks.

use super::{MAX_WIDTH, STEP, blanks, type_at};
use crate::plan::RustType;

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

/// The head of an inherent `impl` at the left margin, opening brace included.
pub(crate) fn inherent_header(generics: &str, for_type: &str) -> String {
    let flat = format!("impl{generics} {for_type} {{");
    if flat.len() <= MAX_WIDTH {
        return flat;
    }
    let inner = generics.trim_start_matches('<').trim_end_matches('>');
    format!("impl<\n    {inner},\n> {for_type}\n{{")
}
