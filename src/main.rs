//! The `streamgen` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    streamgen::cli::run(std::env::args().skip(1))
}
