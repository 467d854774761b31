//! The command line.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::compile::{self, Build};
use crate::synthetic::{SIZES, Size};
use crate::tool::{Idl, Programs, Tool};
use crate::{generate, table};

/// Generation and compile time, beside other tools.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Wall time, memory and output of every tool (bars X1, X2, X4, X5).
    Generate {
        /// Synthetic IDLs to run on.
        #[arg(long, value_delimiter = ',', value_parser = size, default_value = "small,mid,large")]
        size: Vec<Size>,
        /// IDLs of your own, after those.
        #[arg(long)]
        idl: Vec<PathBuf>,
        /// Where they find their includes.
        #[arg(short = 'I', long)]
        include: Vec<PathBuf>,
        /// Tools to run; ratios are to the first.
        #[arg(
            long,
            value_enum,
            value_delimiter = ',',
            default_value = "streamgen,apache,kitex,pilota-unformatted,pilota"
        )]
        tools: Vec<Tool>,
        #[command(flatten)]
        programs: Programs,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Build time of what was generated (bars X6, X7).
    Compile {
        /// What to build.
        #[arg(value_enum)]
        build: Build,
        /// Synthetic IDL to generate from.
        #[arg(long, value_parser = size, default_value = "mid")]
        size: Size,
        /// Tools to run; ratios are to the first.
        #[arg(
            long,
            value_enum,
            value_delimiter = ',',
            default_value = "streamgen,apache"
        )]
        tools: Vec<Tool>,
        #[command(flatten)]
        programs: Programs,
        #[command(flatten)]
        sampling: Sampling,
    },
    /// Prints a synthetic IDL.
    Idl {
        /// How large.
        #[arg(value_parser = size)]
        size: Size,
    },
}

#[derive(clap::Args)]
struct Sampling {
    /// Runs per tool; fewer for those that take more than 5 s, more for those under 50 ms.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Takes every run, however busy the machine.
    #[arg(long)]
    ungated: bool,
    /// Folder for what is generated; emptied as needed.
    #[arg(long)]
    scratch: Option<PathBuf>,
}

impl Sampling {
    fn scratch(&self) -> anyhow::Result<PathBuf> {
        let dir = self
            .scratch
            .clone()
            .unwrap_or_else(|| env::temp_dir().join(format!("bench-codegen-{}", process::id())));
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        Ok(fs::canonicalize(dir)?)
    }
}

fn size(name: &str) -> Result<Size, String> {
    let known = SIZES.iter().find(|size| size.name == name);
    known
        .copied()
        .ok_or_else(|| "small, mid or large".to_owned())
}

/// Runs what the command line asks for.
///
/// # Errors
///
/// Fails when a tool does, or when the machine is never quiet.
pub fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Generate {
            size,
            idl,
            include,
            tools,
            programs,
            sampling,
        } => {
            let scratch = sampling.scratch()?;
            for (name, idl) in inputs(size, idl, include, &scratch)? {
                let (rounds, gated) = (sampling.rounds, !sampling.ungated);
                let rows = generate::compare(&tools, &programs, &idl, &scratch, rounds, gated)?;
                println!("{}", table::generated(&name, &rows));
            }
        }
        Command::Compile {
            build,
            size,
            tools,
            programs,
            sampling,
        } => {
            let (rounds, gated) = (sampling.rounds, !sampling.ungated);
            let scratch = sampling.scratch()?;
            let rows = compile::compare(&tools, &programs, &size, build, &scratch, rounds, gated)?;
            println!("{}", table::compiled(size.name, &rows));
        }
        Command::Idl { size } => print!("{}", size.idl()),
    }
    Ok(())
}

/// The synthetic IDLs, as files, and those that were asked for.
fn inputs(
    sizes: Vec<Size>,
    idls: Vec<PathBuf>,
    include: Vec<PathBuf>,
    scratch: &Path,
) -> anyhow::Result<Vec<(String, Idl)>> {
    let absolute =
        |path: &PathBuf| fs::canonicalize(path).with_context(|| path.display().to_string());
    let synthetic = sizes.into_iter().map(|size| {
        let path = scratch.join(format!("{}.thrift", size.name));
        fs::write(&path, size.idl())?;
        let include_dirs = Vec::new();
        Ok((size.name.to_owned(), Idl { path, include_dirs }))
    });
    let own = idls.iter().map(|path| {
        let name = path.file_name().unwrap_or_default();
        let idl = Idl {
            path: absolute(path)?,
            include_dirs: include.iter().map(absolute).collect::<Result<_, _>>()?,
        };
        Ok((name.to_string_lossy().into_owned(), idl))
    });
    synthetic.chain(own).collect()
}
