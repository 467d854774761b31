//! Kitex: a Go program in `benches/kitex`, built by its own script.

use std::path::{Path, PathBuf};

/// The built program; the error says how to build it.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kitex");
    let program = folder.join("bin/kitex-bench");
    anyhow::ensure!(
        program.exists(),
        "kitex is not built: run benches/kitex/build.sh"
    );
    Ok(program)
}
