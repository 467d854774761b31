//! The flags that all subcommands have, and those of `list`, `describe` and `template`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where the IDL is.
#[derive(Clone, Debug, Args)]
pub(super) struct IdlArgs {
    /// Thrift IDL, as in -idl echo.thrift
    #[arg(
        short = 'p',
        long,
        visible_alias = "idl-path",
        value_name = "FILE",
        required = true
    )]
    pub(super) idl: PathBuf,

    /// Folder to search for included IDL files, as in -I idl; may be repeated
    #[arg(
        short = 'I',
        long = "include",
        visible_alias = "include-path",
        value_name = "DIR"
    )]
    pub(super) include: Vec<PathBuf>,

    /// Language of the IDL [default: that of the file's suffix]
    #[arg(short = 't', long = "type", value_name = "LANGUAGE")]
    pub(super) language: Option<Language>,
}

/// The languages that calls can be made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    Thrift,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,
}

#[derive(Debug, Args)]
pub(super) struct NamedArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    /// SERVICE, SERVICE/METHOD, METHOD of the last service, or STRUCT
    #[arg(value_name = "NAME", required = true)]
    pub(super) name: String,
}
