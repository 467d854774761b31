//! prost-build and tonic-prost-build as a program: `bench-codegen-prost prost|tonic IDL [-I DIR]…`
//! writes into the current folder. protox reads the IDL for both, so that nothing is measured of
//! protoc.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let library = args.next().context("prost or tonic?")?;
    let idl = PathBuf::from(args.next().context("which IDL?")?);
    let mut include_dirs = vec![idl.parent().context("the IDL's folder")?.to_owned()];
    while let Some(flag) = args.next() {
        ensure!(flag == "-I", "unknown flag {}", flag.display());
        include_dirs.push(args.next().context("-I needs a folder")?.into());
    }
    let files = protox::compile([&idl], &include_dirs)?;
    match library.to_str() {
        Some("prost") => prost_build::Config::new().out_dir(".").compile_fds(files)?,
        Some("tonic") => tonic_prost_build::configure()
            .out_dir(".")
            .compile_fds(files)?,
        _ => bail!("{} is neither prost nor tonic", library.display()),
    }
    Ok(())
}
