//! Where lines break in the arms of a `match`.

use super::{MAX_WIDTH, STEP, blanks};

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
