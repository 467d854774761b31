//! `-explain SG0012`: the page about a code, on stdout.

use std::io::{self, Write};

use streamgen_idl::Code;

/// Prints the page.
///
/// # Errors
///
/// One sentence when there is no such code, with those that were probably meant.
pub(super) fn explain(word: &str) -> Result<(), String> {
    let code: Code = word.parse().map_err(|error| format!("-explain: {error}"))?;
    // A closed pipe means that somebody has read enough.
    let _ = io::stdout().write_all(code.explanation().as_bytes());
    Ok(())
}
