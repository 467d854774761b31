//! grpc-go's own programs, and grpcurl, built from their Go modules when first needed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::alone::alone;
use super::skip::skip;

/// Where what is built goes.
const TMP: &str = env!("CARGO_TARGET_TMPDIR");

/// grpc-go's interop `client` or `server`, or `grpcurl`; `None` without Go, said in one line.
pub fn program(name: &str) -> Option<Command> {
    static BUILT: OnceLock<()> = OnceLock::new();
    is_there().then(|| {
        BUILT.get_or_init(|| alone(TMP, "grpc-go", build));
        Command::new(folder().join(name))
    })
}

/// Whether there is Go, and with it grpc-go's certificates. The first answer says in one line that
/// there is none.
pub(super) fn is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let there = Command::new("go").arg("version").output().is_ok();
        if !there {
            skip("Go is missing, so nothing was tested against grpc-go or with TLS");
        }
        there
    })
}

fn folder() -> PathBuf {
    Path::new(TMP).join("grpc-go")
}

/// Go loads the modules that it lacks, and leaves alone what is up to date.
fn build() {
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(folder().join("")) // a folder, by its slash at the end
        .arg("tool") // all that go.mod names
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/grpc-go"))
        .output()
        .expect("go runs");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "go build failed:\n{errors}");
}
