//! What an example prints.

use std::process::Command;

/// The lines that a program prints on its standard output.
///
/// # Panics
/// If the program cannot be started or fails.
pub(crate) fn lines(program: &str) -> Vec<String> {
    let output = Command::new(program).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.lines().map(str::to_owned).collect()
}
