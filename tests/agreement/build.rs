//! Invents schemas and generates code of them. `types.rs` lists the types of each schema.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fastrand::Rng;
use streamgen::Generator;

#[allow(dead_code, reason = "the values are for the tests")]
#[path = "../../dynamic/tests/random/protobuf.rs"]
mod protobuf;
#[allow(dead_code, reason = "the values are for the tests")]
#[path = "../../dynamic/tests/random/thrift.rs"]
mod thrift;

/// How many schemas there are of either IDL: as many as compile in some seconds.
const SCHEMAS: u64 = 20;

fn main() -> Result<(), streamgen::BuildError> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../dynamic/tests/random");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let (mut idls, mut thrift, mut protobuf) = (Vec::new(), String::new(), String::new());
    for seed in 0..SCHEMAS {
        let schema = thrift::Schema::random(&mut Rng::with_seed(seed));
        let module = format!("t{seed}");
        idls.push(written(
            &out,
            &format!("{module}.thrift"),
            &schema.idl(&module),
        ));
        thrift += &types(&module, "S", schema.structs.len());

        let schema = protobuf::Schema::random(&mut Rng::with_seed(seed));
        let package = format!("p{seed}");
        idls.push(written(
            &out,
            &format!("{package}.proto"),
            &schema.idl(&package),
        ));
        protobuf += &types(&package, "M", schema.len());
    }
    let lists = format!(
        "/// By schema of Thrift, its types.\npub const THRIFT: &[&[Typed]] = &[\n{thrift}];\n\n\
         /// By schema of Protobuf, its messages.\npub const PROTOBUF: &[&[Typed]] = &[\n{protobuf}];\n"
    );
    written(&out, "types.rs", &lists);
    // The IDLs are of this build: Cargo has no file to watch.
    Generator::new().tells_cargo(false).compile(&idls)
}

/// The types of one schema, as an element of a list.
fn types(module: &str, prefix: &str, count: usize) -> String {
    let mut list = String::new();
    for at in 0..count {
        let path = format!("stream_gen::{module}::{prefix}{at}");
        writeln!(list, "        Typed::of::<{path}>(),").expect("a string takes all");
    }
    format!("    &[\n{list}    ],\n")
}

fn written(out: &Path, name: &str, text: &str) -> PathBuf {
    let path = out.join(name);
    fs::write(&path, text).expect("Cargo's folder can be written");
    path
}
