//! The flags of `mock`, as typed.

use std::path::PathBuf;

use clap::Args;

use crate::cli::call::args::IdlArgs;

#[derive(Debug, Args)]
pub(in crate::cli::call) struct MockArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    /// File of rules in TOML that say what to answer; what no rule matches gets generated values
    #[arg(short = 'r', long, value_name = "FILE")]
    pub(super) rules: Option<PathBuf>,

    /// Address to listen on; with the port 0, a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8888")]
    pub(super) addr: String,

    /// Serve over TLS, with the certificate and its chain in this PEM file
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,

    /// Key of -tls-cert, in a PEM file
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,

    /// Serve only clients whose certificate is signed by an authority in this PEM file
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_client_ca: Option<PathBuf>,

    /// What generated values begin from: equal requests get equal answers, with the same seed
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(super) seed: u64,

    /// Tell on standard error each request, and which rule answers it
    #[arg(short = 'v', long)]
    pub(super) verbose: bool,
}
