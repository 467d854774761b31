//! The tools, each as a command line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fmt, fs};

use anyhow::Context;
use clap::ValueEnum;

use crate::synthetic::Language;

/// What can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tool {
    /// Ours.
    Streamgen,
    /// `thrift --gen rs`, Apache's compiler.
    Apache,
    /// The Kitex tool, which writes Go.
    Kitex,
    /// pilota-build, which runs rustfmt.
    Pilota,
    /// pilota-build without its rustfmt.
    PilotaUnformatted,
    /// protox and prost-build: messages alone.
    Prost,
    /// protox and tonic-prost-build.
    Tonic,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Streamgen => "streamgen",
            Self::Apache => "apache",
            Self::Kitex => "kitex",
            Self::Pilota => "pilota",
            Self::PilotaUnformatted => "pilota, no rustfmt",
            Self::Prost => "prost-build",
            Self::Tonic => "tonic-prost-build",
        })
    }
}

/// Where the programs are.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Programs {
    /// streamgen, built with `cargo build --release`.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/streamgen"))]
    streamgen: PathBuf,
    /// Apache's compiler.
    #[arg(long, default_value = "thrift")]
    thrift: PathBuf,
    /// The Kitex tool, built from `interop/kitex`.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../interop/kitex/bin/kitex"))]
    kitex: PathBuf,
}

/// An IDL and where its includes are.
#[derive(Clone, Debug)]
pub(crate) struct Idl {
    /// The root file, absolute.
    pub(crate) path: PathBuf,
    /// Folders for `-I`, absolute.
    pub(crate) include_dirs: Vec<PathBuf>,
}

impl Tool {
    /// Those that read `language`, ours first.
    pub(crate) fn all(language: Language) -> &'static [Self] {
        match language {
            Language::Thrift => &[
                Self::Streamgen,
                Self::Apache,
                Self::Kitex,
                Self::PilotaUnformatted,
                Self::Pilota,
            ],
            Language::Proto => &[Self::Streamgen, Self::Prost, Self::Tonic],
        }
    }

    /// Empties `out` and puts into it what the tool wants to find there.
    pub(crate) fn prepare(self, out: &Path) -> anyhow::Result<()> {
        if out.exists() {
            fs::remove_dir_all(out).with_context(|| out.display().to_string())?;
        }
        fs::create_dir_all(out).with_context(|| out.display().to_string())?;
        Ok(())
    }

    /// The command that generates everything for `idl` into `out`.
    pub(crate) fn command(self, programs: &Programs, idl: &Idl, out: &Path) -> Command {
        let mut command = Command::new(self.program(programs));
        command.current_dir(out);
        match self {
            Self::Streamgen => {
                command.args(["-streamx", "-module", "generated", "-out", "."]);
            }
            Self::Apache => {
                command.args(["-r", "--gen", "rs", "-out", "."]);
            }
            Self::Kitex => {
                // Without the flag it compares versions with a list from the network.
                command.args(["-module", "generated", "-no-dependency-check"]);
            }
            Self::Pilota | Self::PilotaUnformatted => {
                command.arg(&idl.path).arg("generated.rs");
            }
            Self::Prost => {
                command.arg("prost").arg(&idl.path);
            }
            Self::Tonic => {
                command.arg("tonic").arg(&idl.path);
            }
        }
        if self == Self::PilotaUnformatted {
            command.env("RUSTFMT", "/bin/true");
        }
        for dir in &idl.include_dirs {
            command.arg("-I").arg(dir);
        }
        if matches!(self, Self::Streamgen | Self::Apache | Self::Kitex) {
            command.arg(&idl.path);
        }
        command
    }

    fn program(self, programs: &Programs) -> PathBuf {
        match self {
            Self::Streamgen => programs.streamgen.clone(),
            Self::Apache => programs.thrift.clone(),
            Self::Kitex => programs.kitex.clone(),
            Self::Pilota | Self::PilotaUnformatted => beside_this_program("bench-codegen-pilota"),
            Self::Prost | Self::Tonic => beside_this_program("bench-codegen-prost"),
        }
    }
}

/// A program around a library, which Cargo puts beside this one.
fn beside_this_program(name: &str) -> PathBuf {
    env::current_exe().unwrap_or_default().with_file_name(name)
}
