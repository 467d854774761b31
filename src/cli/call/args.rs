//! The flags that all subcommands have, and those of `list`, `describe` and `template`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::tls_args::TlsArgs;

/// Where the IDL is.
#[derive(Clone, Debug, Args)]
pub(super) struct IdlArgs {
    /// Thrift or Protobuf IDL, as in -idl echo.thrift
    #[arg(
        short = 'p',
        long,
        visible_alias = "idl-path",
        value_name = "FILE",
        required_unless_present_any = ["descriptor_set", "reflection"]
    )]
    pub(super) idl: Option<PathBuf>,

    /// Descriptors in place of an IDL, as protoc --include_imports --descriptor_set_out writes them
    #[arg(long, value_name = "FILE", conflicts_with = "idl")]
    pub(super) descriptor_set: Option<PathBuf>,

    /// Server to ask for its IDL in place of a file, by gRPC reflection
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["idl", "descriptor_set"])]
    pub(super) reflection: Option<String>,

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
    Protobuf,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    #[command(flatten)]
    pub(super) tls: TlsArgs,
}

#[derive(Debug, Args)]
pub(super) struct NamedArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    #[command(flatten)]
    pub(super) tls: TlsArgs,

    /// SERVICE, SERVICE/METHOD, METHOD of the last service, STRUCT, or MESSAGE
    #[arg(value_name = "NAME", required = true)]
    pub(super) name: String,
}
