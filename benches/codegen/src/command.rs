//! The command line.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::compile::{self, Build};
use crate::synthetic::{Language, SIZES, Size};
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
    /// Wall time, memory and output of every tool (bars X1 to X5).
    Generate {
        /// What the synthetic IDLs are written in.
        #[arg(long, value_enum, default_value = "thrift")]
        language: Language,
        /// Synthetic IDLs to run on.
        #[arg(long, value_delimiter = ',', value_parser = size, default_value = "small,mid,large")]
        size: Vec<Size>,
        /// IDLs of your own, after those.
        #[arg(long)]
        idl: Vec<PathBuf>,
        /// Where they find their includes.
        #[arg(short = 'I', long)]
        include: Vec<PathBuf>,
        /// Tools to run instead of all for the language; ratios are to the first.
        #[arg(long, value_enum, value_delimiter = ',')]
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
        /// In what.
        #[arg(long, value_enum, default_value = "thrift")]
        language: Language,
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
            language,
            size,
            idl,
            include,
            mut tools,
            programs,
            sampling,
        } => {
            let scratch = sampling.scratch()?;
            if tools.is_empty() {
                tools = Tool::all(language).to_vec();
            }
            let own = own(&idl, &include)?;
            for (name, idl) in inputs(size, language, own, &scratch)? {
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
        Command::Idl { size, language } => print!("{}", size.idl(language)),
    }
    Ok(())
}

/// The synthetic IDLs, as files, and behind them those that were asked for.
fn inputs(
    sizes: Vec<Size>,
    language: Language,
    own: Vec<(String, Idl)>,
    scratch: &Path,
) -> anyhow::Result<Vec<(String, Idl)>> {
    let synthetic = sizes.into_iter().map(|size| {
        let path = scratch.join(format!("{}.{}", size.name, language.extension()));
        fs::write(&path, size.idl(language))?;
        let include_dirs = Vec::new();
        Ok((size.name.to_owned(), Idl { path, include_dirs }))
    });
    synthetic.chain(own.into_iter().map(Ok)).collect()
}

/// IDLs of the user's, each by the name of its file.
fn own(idls: &[PathBuf], include: &[PathBuf]) -> anyhow::Result<Vec<(String, Idl)>> {
    let absolute =
        |path: &PathBuf| fs::canonicalize(path).with_context(|| path.display().to_string());
    let own = idls.iter().map(|path| {
        let name = path.file_name().unwrap_or_default();
        let idl = Idl {
            path: absolute(path)?,
            include_dirs: include.iter().map(absolute).collect::<Result<_, _>>()?,
        };
        Ok((name.to_string_lossy().into_owned(), idl))
    });
    own.collect()
}
