//! `interop/tonic`, a workspace of its own, built when first needed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The package.
const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tonic");

/// The program's `client`, `server` or `health-and-reflection`.
pub fn program(command: &str) -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let mut program = Command::new(BUILT.get_or_init(build));
    program.arg(command);
    program
}

fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tonic");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--target-dir"])
        .arg(&folder)
        .current_dir(PACKAGE)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(
        built.status.success(),
        "cargo build of interop/tonic failed:\n{errors}"
    );
    folder.join("debug/interop-tonic")
}
