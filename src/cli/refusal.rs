//! How clap refuses a word, in one sentence.

use std::error::Error;

/// The sentence, which names the flag or the word.
pub(super) fn sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    first.trim_start_matches("error: ").to_owned()
}

/// Why it refuses a value, without the name of the flag.
pub(super) fn of_value(error: &clap::Error) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => sentence(error),
    }
}
