//! The certificates that grpc-go's programs use when none are named. They come with its Go module
//! and are not kept here, because one of the files is a private key.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The Go module that pins the version of grpc-go.
const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/grpc-go");

/// grpc-go.
const GRPC_GO: &str = "google.golang.org/grpc";

/// The content of the named file, or of grpc-go's own `default` if none is named.
pub(crate) fn read(named: Option<&str>, default: &str) -> Result<Vec<u8>> {
    let path = match named {
        Some(path) => PathBuf::from(path),
        None => folder()?.join(default),
    };
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The folder `testdata` of the pinned grpc-go, in Go's module cache, which it is loaded into if it
/// is not there.
///
/// # Errors
/// There is no Go, or it cannot load grpc-go.
pub fn folder() -> Result<PathBuf> {
    go(&["mod", "download", GRPC_GO])?;
    let folder = go(&["list", "-m", "-f", "{{.Dir}}", GRPC_GO])?;
    Ok(Path::new(folder.trim()).join("testdata"))
}

/// What a command of Go's prints.
fn go(arguments: &[&str]) -> Result<String> {
    let output = Command::new("go")
        .args(arguments)
        .current_dir(MODULE)
        .output()
        .context("grpc-go's certificates come with its Go module, and Go is missing")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "go {}: {errors}",
        arguments.join(" ")
    );
    Ok(String::from_utf8(output.stdout)?)
}
