//! This build script generates the service of `idl/shapes.thrift`.

use std::path::Path;
use std::{env, fs};

fn main() {
    let idl = "idl/shapes.thrift";
    println!("cargo::rerun-if-changed={idl}");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let out = Path::new(&out);
    let mut options = streamgen::Options::new(idl);
    options.streamx = true;
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
