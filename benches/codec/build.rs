//! Generates the types of every library from `shapes.thrift`; Apache's only where its compiler is
//! installed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let idl = "idl/shapes.thrift";
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-changed={idl}");
    println!("cargo::rustc-check-cfg=cfg(apache)");
    pilota_build::Builder::thrift()
        .ignore_unused(false)
        .compile([idl], pilota_build::Output::File(out.join("pilota.rs")));
    streamgen(idl, &out);
    let apache = Command::new("thrift")
        .args(["--gen", "rs", "-out"])
        .arg(&out)
        .arg(idl)
        .status();
    if apache.is_ok_and(|status| status.success()) {
        without_inner_attributes(&out.join("shapes.rs"));
        println!("cargo::rustc-cfg=apache");
    } else {
        println!("cargo::warning=no Thrift compiler: bench-codec runs without apache");
    }
}

/// Writes the generated module and `stream_gen.rs`, which declares it.
fn streamgen(idl: &str, out: &Path) {
    let mut options = streamgen::Options::new(idl);
    options.streamx = true;
    options.module = Some("bench".to_owned());
    options.out_dir = out.to_owned();
    let runtime = "path:../../runtime".parse();
    options.runtime = Some(runtime.expect("a way to name the runtime"));
    let run = streamgen::generate(&options).unwrap_or_else(|error| panic!("{error}"));
    run.files
        .write(out)
        .unwrap_or_else(|error| panic!("{error}"));
    let root = out.join("src/stream_gen/mod.rs");
    let declaration = format!("#[path = {root:?}]\nmod stream_gen;\n");
    fs::write(out.join("stream_gen.rs"), declaration).expect("writes to the output folder");
}

/// `include!` takes no `#![…]` lines.
fn without_inner_attributes(path: &Path) {
    let text = fs::read_to_string(path).expect("reads what the compiler wrote");
    let lines = text.lines().filter(|line| !line.starts_with("#!["));
    fs::write(path, lines.collect::<Vec<_>>().join("\n")).expect("writes where the compiler wrote");
}
