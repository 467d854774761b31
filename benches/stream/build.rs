//! Generates every candidate's code: streamgen's and volo's from both IDLs, tonic's from `bench.proto`.

use anyhow::Context;
use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=idl");
    let out = std::env::var("OUT_DIR").context("OUT_DIR")?;
    streamgen("idl/bench.thrift", &Path::new(&out).join("thrift"))?;
    streamgen("idl/bench.proto", &Path::new(&out).join("protobuf"))?;
    let descriptors = protox::compile(["idl/bench.proto"], ["idl"])?;
    tonic_prost_build::configure()
        .bytes(".")
        .compile_fds(descriptors)?;
    volo_build::Builder::thrift()
        .add_service("idl/bench.thrift")
        .ignore_unused(false)
        .write()?;
    volo_build::Builder::protobuf()
        .filename(PathBuf::from("volo_grpc_gen.rs"))
        .add_service("idl/bench.proto")
        .include_dirs(vec![PathBuf::from("idl")])
        .ignore_unused(false)
        .write()
}

/// Writes the generated module below `out`, and `out/stream_gen.rs`, which declares it.
fn streamgen(idl: &str, out: &Path) -> anyhow::Result<()> {
    let mut options = streamgen::Options::new(idl);
    options.streamx = true;
    options.module = Some("bench".to_owned());
    options.out_dir = out.to_owned();
    options.runtime = Some("path:../../runtime".parse()?);
    streamgen::generate(&options)?.files.write(out)?;
    let root = out.join("src/stream_gen/mod.rs");
    let declaration = format!("#[path = {root:?}]\nmod stream_gen;\n");
    std::fs::write(out.join("stream_gen.rs"), declaration)?;
    Ok(())
}
