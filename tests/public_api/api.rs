//! What users of `streamgen-runtime` can name is what `runtime/public-api.txt` lists, so that a change
//! of the API shows in review. `STREAMGEN_BLESS=1 cargo test --manifest-path tests/public_api/Cargo.toml` rewrites it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const HEAD: &str = "\
# The public API of streamgen-runtime with all features, a line for each item, named from the crate on;
# derived and automatic impls are left out. `STREAMGEN_BLESS=1 cargo test --manifest-path tests/public_api/Cargo.toml` rewrites it.
";

#[test]
fn the_api_is_what_the_file_says() {
    let api = public_api::Builder::from_rustdoc_json(rustdoc_json())
        .omit_auto_derived_impls(true)
        .omit_auto_trait_impls(true)
        .omit_blanket_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        // rustdoc's JSON has a version of its own in most releases.
        Err(error) => return skip(&error.to_string()),
    };
    let items = api.to_string().replace("streamgen_runtime::", "");
    let count = items.lines().count();
    let now = format!("{HEAD}# {count} items\n\n{items}");
    let path = runtime().join("public-api.txt");
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let differences = differences(&listed, &now);
    assert!(
        differences.is_empty(),
        "the API differs from runtime/public-api.txt:\n{differences}\nIf it should: {}",
        "STREAMGEN_BLESS=1 cargo test --manifest-path tests/public_api/Cargo.toml"
    );
}

fn runtime() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtime")
}

/// Has rustdoc describe the crate. Only a nightly writes JSON unasked; `rustdoc.sh` asks a stable one. To
/// Cargo the compiler is the same, so that it takes what it has built for the documents; for that, it also
/// chooses features of other crates with `shared-build` in mind.
fn rustdoc_json() -> PathBuf {
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => runtime().join("../target"),
    };
    let output = Command::new(env!("CARGO"))
        .args(["doc", "--no-deps", "--locked", "--all-features"])
        .args([
            "--package",
            "streamgen-runtime",
            "--package",
            "shared-build",
        ])
        .arg("--manifest-path")
        .arg(runtime().join("../Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env(
            "RUSTDOC",
            concat!(env!("CARGO_MANIFEST_DIR"), "/rustdoc.sh"),
        )
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json")
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "rustdoc fails:\n{text}");
    target.join("doc/streamgen_runtime.json")
}

/// Lines of only one of the two.
fn differences(listed: &str, now: &str) -> String {
    let only = |sign: char, these: &str, those: &str| -> String {
        let known: std::collections::HashSet<_> = those.lines().collect();
        let lines = these.lines().filter(|line| !known.contains(line));
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    only('-', listed, now) + &only('+', now, listed)
}

/// Past the test harness, which shows only what failed.
fn skip(why: &str) {
    let line = format!(
        "skipped: this rustdoc's JSON cannot be read, so nobody looked at the API: {why}\n"
    );
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
