//! What was generated, through the compiler.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Modules by name; each is a package in the folder of that name, and what it was made of is said
/// beside it.
pub(crate) type Modules = BTreeMap<String, String>;

/// Whether the run is to compile.
pub(crate) fn is_wanted() -> bool {
    env::var_os("STREAMGEN_CORPORA_CHECK").is_some()
}

/// The crate for a repository. Crates are named in lower case, which rustc asks for.
pub(crate) fn crate_name(repository: &str) -> String {
    repository.replace('/', "-").to_lowercase()
}

/// An empty folder for what is generated.
pub(crate) fn fresh_folder(name: &str) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&out);
    out
}

/// Checks crates, each in the folder of its name and with modules in folders below, warnings denied.
pub(crate) fn check(out: &Path, crates: &BTreeMap<String, Modules>) {
    for (name, modules) in crates {
        write_crate(&out.join(name), name, modules);
    }
    let members: Vec<_> = crates.keys().collect();
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n\
         # What an incremental build keeps is gigabytes here, and there is no second one.\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n\
         # Derive macros win more by running faster than they lose by compiling slower.\n\
         [profile.dev.build-override]\nopt-level = 2\n"
    );
    fs::write(out.join("Cargo.toml"), workspace).expect("a manifest can be written");
    let status = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora-target"),
        )
        .status()
        .expect("cargo starts");
    assert!(status.success(), "what was generated does not compile");
}

fn write_crate(dir: &Path, name: &str, modules: &Modules) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nstreamgen-runtime = {{ path = {runtime:?} }}\n"
    );
    let module = |(name, idl): (&String, &String)| {
        format!("// {idl}\n#[path = \"{name}/src/stream_gen/mod.rs\"]\npub mod {name};\n")
    };
    let library: String = modules.iter().map(module).collect();
    let library = format!("#![deny(warnings)]\n\n{library}");
    fs::write(dir.join("Cargo.toml"), manifest).expect("a manifest can be written");
    fs::write(dir.join("lib.rs"), library).expect("a library can be written");
}
