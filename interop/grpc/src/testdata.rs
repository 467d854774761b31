//! The certificates that grpc-go's programs use when none are named. They come with its Go module
//! and are not kept here, because one of the files is a private key.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The Go module that pins the version of grpc-go.
const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/grpc-go");

/// The content of the named file, or of grpc-go's own `default` if none is named.
pub(crate) fn read(named: Option<&str>, default: &str) -> Result<Vec<u8>> {
    let path = match named {
        Some(path) => PathBuf::from(path),
        None => folder()?.join(default),
    };
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The folder `testdata` of the pinned grpc-go, in Go's module cache.
///
/// # Errors
/// There is no Go, or it has not loaded grpc-go.
pub fn folder() -> Result<PathBuf> {
    let list = Command::new("go")
        .args(["list", "-m", "-f", "{{.Dir}}", "google.golang.org/grpc"])
        .current_dir(MODULE)
        .output()
        .context("grpc-go's certificates come with its Go module, and Go is missing")?;
    let folder = String::from_utf8(list.stdout)?;
    ensure!(
        list.status.success() && !folder.trim().is_empty(),
        "grpc-go is not in Go's module cache: run `go mod download` in {MODULE}"
    );
    Ok(Path::new(folder.trim()).join("testdata"))
}
