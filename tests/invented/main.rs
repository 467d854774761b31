//! IDL that a seed invents, with all that Thrift has and with names that Rust does not like: it is
//! accepted, and what is generated compiles without a warning.
//!
//! `STREAMGEN_INVENTED_COUNT` is the number of IDLs (default 20), `STREAMGEN_INVENTED_SEED` the first seed (default
//! 1). They compile as one crate; the path of a message of rustc has the seed in it, and the IDL
//! stays in the folder that is named.

#[path = "../alone/mod.rs"]
mod alone;
mod document;
#[path = "../generated_target/mod.rs"]
mod generated_target;
mod names;
mod random;
mod services;
mod types;

use std::path::{Path, PathBuf};
use std::{env, fs};

use streamgen::{Options, generate};

fn number(variable: &str, default: u64) -> u64 {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is a number")),
        Err(_) => default,
    }
}

#[test]
fn what_is_invented_is_accepted_and_compiles() {
    alone::alone(env!("CARGO_TARGET_TMPDIR"), "invented", invent_and_compile);
}

fn invent_and_compile() {
    let first = number("STREAMGEN_INVENTED_SEED", 1);
    let seeds = first..first + number("STREAMGEN_INVENTED_COUNT", 20);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("invented");
    let _ = fs::remove_dir_all(&root);
    let mut library = "//! Invented.\n#![deny(warnings)]\n\n".to_owned();
    for seed in seeds {
        generated(seed, &root);
        library +=
            &format!("#[path = \"seed_{seed}/src/stream_gen/mod.rs\"]\npub mod seed_{seed};\n");
    }
    fs::write(root.join("lib.rs"), library).expect("a library can be written");
    build(&root);
}

/// Invents an IDL and writes what is generated for it to a folder of its own.
fn generated(seed: u64, root: &Path) {
    let folder = root.join(format!("seed_{seed}"));
    fs::create_dir_all(&folder).expect("a folder can be made");
    let mut idl = PathBuf::new();
    for (name, text) in document::invent(seed) {
        idl = folder.join(name);
        fs::write(&idl, text).expect("an IDL can be written");
    }
    let mut options = Options::new(&idl);
    // Both of Kitex's surfaces, one after the other.
    options.streamx = seed % 2 == 1;
    options.module = Some("invented".to_owned());
    options.out_dir.clone_from(&folder);
    let files = match generate(&options) {
        Ok(generated) => generated.files,
        Err(error) => panic!("seed {seed}, {}:\n{}", idl.display(), explained(&error)),
    };
    files.write(&folder).expect("the code can be written");
}

fn explained(error: &streamgen::Error) -> String {
    let Some(errors) = error.idl_errors() else {
        return error.to_string();
    };
    let lines = errors.diagnostics.iter().map(|found| {
        let place = found
            .primary_span()
            .map(|span| errors.sources.position(span));
        format!("{}: {} {place:?}\n", found.code, found.message)
    });
    lines.collect()
}

/// Builds it with what a fresh project depends on, so that `tests/scaffold.rs` may have done the most.
fn build(root: &Path) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let manifest = format!(
        "[package]\nname = \"invented\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nstreamgen-runtime = {{ path = {runtime:?} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n[workspace]\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("a manifest can be written");
    // The versions that the workspace has, so that nothing has to be looked up.
    fs::copy("Cargo.lock", root.join("Cargo.lock")).expect("the workspace has a lock file");
    let output = generated_target::cargo()
        .args(["build", "--quiet", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .output()
        .expect("cargo starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "in {}:\n{messages}",
        root.display()
    );
}
