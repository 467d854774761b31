//! Whether the command line would take what a key of `streamgen.toml` says.

use clap::{Command, FromArgMatches};

use crate::cli::args::Args;

/// Asks the command line whether it would take a word. Rules between flags are looked at later.
pub(super) fn judge(probe: &mut Command, word: &str) -> Result<(), String> {
    let words = ["streamgen", word, "x.thrift"];
    let matches = probe.try_get_matches_from_mut(words);
    let args = matches.and_then(|matches| Args::from_arg_matches(&matches));
    args.map(drop).map_err(|error| reason(&error))
}

/// Why clap refuses a value, without the flag's name.
fn reason(error: &clap::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        }
    }
}
