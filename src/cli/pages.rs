//! What is made of the definition of the flags: completions for shells, and the manual page.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;

use super::settings_file;

/// Prints the script that completes flags in a shell.
pub(super) fn completions(mut command: Command, shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "streamgen", &mut script);
    print(&script);
}

/// Prints the manual page.
///
/// # Errors
///
/// One sentence when the page cannot be made.
pub(super) fn man_page(command: Command) -> Result<(), String> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| format!("-man-page: {error}"))?;
    print(&page);
    Ok(())
}

/// Prints the schema of `streamgen.toml`.
pub(super) fn toml_schema(command: &Command) {
    print(settings_file::schema(command).as_bytes());
}

fn print(text: &[u8]) {
    // A closed pipe means that somebody has read enough.
    let _ = io::stdout().write_all(text);
}
