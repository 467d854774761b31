//! This build script generates the types and the service of `idl/echo.thrift`; the types have serde's traits.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let idl = "idl/echo.thrift";
    println!("cargo::rerun-if-changed={idl}");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    streamgen(idl, &out);
}

/// Writes the generated module and `stream_gen.rs`, which declares it.
fn streamgen(idl: &str, out: &Path) {
    let mut options = streamgen::Options::new(idl);
    options.streamx = true;
    options.types.serde = true;
    options.module = Some("bench".to_owned());
    options.out_dir = out.to_owned();
    let runtime = "path:../../runtime".parse();
    options.runtime = Some(runtime.expect("a way to name the runtime"));
    let run = streamgen::generate(&options).unwrap_or_else(|error| panic!("{error}"));
    let written = run.files.write(out);
    written.unwrap_or_else(|error| panic!("{error}"));
    let root = out.join("src/stream_gen/mod.rs");
    let declaration = format!("#[path = {root:?}]\npub mod stream_gen;\n");
    fs::write(out.join("stream_gen.rs"), declaration).expect("writes to the output folder");
}
