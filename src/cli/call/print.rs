//! What goes to standard output.

use std::io::{self, Write as _};

use super::ending::Ending;

/// Prints a line at once: whoever reads sees a response when it comes.
pub(super) fn line(text: &str) -> Result<(), Ending> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ending::nobody_reads(),
        _ => Ending::failure(format!("cannot write to stdout: {error}")),
    })
}
