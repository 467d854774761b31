//! pilota-build as a program: `bench-codegen-pilota IDL OUT_FILE [-I DIR]…`.

use std::path::PathBuf;

use anyhow::{Context, ensure};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let idl = args.next().context("which IDL?")?;
    let out = args.next().context("which output file?")?;
    let mut include_dirs = Vec::new();
    while let Some(flag) = args.next() {
        ensure!(flag.as_os_str() == "-I", "unknown flag {}", flag.display());
        include_dirs.push(args.next().context("-I needs a folder")?);
    }
    pilota_build::Builder::thrift()
        .include_dirs(include_dirs)
        .ignore_unused(false)
        .compile([idl], pilota_build::Output::File(out));
    Ok(())
}
