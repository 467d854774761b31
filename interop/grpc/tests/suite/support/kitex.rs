//! The suite on Kitex, built with the other programs of `interop/kitex` when first needed.

use std::process::Command;
use std::sync::OnceLock;

use super::go;

/// The module of all programs on Kitex.
const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../kitex");

/// The program's `client` or `server`; `None` without Go, said in one line.
pub(super) fn program(command: &str) -> Option<Command> {
    static BUILT: OnceLock<()> = OnceLock::new();
    go::is_there().then(|| {
        BUILT.get_or_init(build);
        let mut program = Command::new(format!("{MODULE}/bin/grpc"));
        program.arg(command);
        program
    })
}

fn build() {
    let built = Command::new("bash")
        .arg(format!("{MODULE}/build.sh"))
        .output()
        .expect("bash runs");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "build.sh failed:\n{errors}");
}
