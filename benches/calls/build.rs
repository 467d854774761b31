//! Generates the clients and services of the stream benchmark's two IDLs, whose methods are the same.

use anyhow::Context;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=../stream/idl");
    let out = std::env::var("OUT_DIR").context("OUT_DIR")?;
    streamgen(
        "../stream/idl/bench.thrift",
        &Path::new(&out).join("thrift"),
    )?;
    streamgen(
        "../stream/idl/bench.proto",
        &Path::new(&out).join("protobuf"),
    )
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
