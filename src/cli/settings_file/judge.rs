//! Whether the command line would take what a key of `streamgen.toml` says.

use clap::{Command, FromArgMatches};

use crate::cli::args::Args;
use crate::cli::refusal;

/// Asks the command line whether it would take a word. Rules between flags are looked at later.
pub(super) fn judge(probe: &mut Command, word: &str) -> Result<(), String> {
    let matches = probe.try_get_matches_from_mut(["streamgen", word]);
    let args = matches.and_then(|matches| Args::from_arg_matches(&matches));
    args.map(drop).map_err(|error| refusal::of_value(&error))
}
