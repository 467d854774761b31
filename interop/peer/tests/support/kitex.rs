//! The Go programs of `interop/kitex`, built when first needed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A program of `interop/kitex/bin`, built first if need be; `None` without Go, said in one line.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    static BUILT: OnceLock<bool> = OnceLock::new();
    // Packages that use this file stand in folders of the root, or in the root itself.
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let folder = above.find_map(|folder| {
        let folder = folder.join("interop/kitex");
        folder.is_dir().then_some(folder)
    })?;
    let built = *BUILT.get_or_init(|| build(&folder));
    built.then(|| folder.join("bin").join(name))
}

fn build(folder: &Path) -> bool {
    if Command::new("go").arg("version").output().is_err() {
        assert!(
            std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_none(),
            "Go is missing, and STREAMGEN_REQUIRE_INTEROP demands the tests against Kitex"
        );
        // Past the test harness, which would keep the line of a passing test to itself.
        let line = b"skipped: Go is missing, so nothing was tested against Kitex\n";
        let _ = std::io::stderr().write_all(line);
        return false;
    }
    let built = Command::new("bash")
        .arg("build.sh")
        .current_dir(folder)
        .output();
    let built = built.expect("bash runs the build script");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(
        built.status.success(),
        "interop/kitex/build.sh failed:\n{errors}"
    );
    true
}
