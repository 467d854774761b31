//! The flags of TLS at the client: of calls, and of the question for a server's IDL.

use std::path::PathBuf;

use clap::Args;

/// How the connection is secured.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TlsArgs {
    /// Use TLS, over grpc, and trust the authorities that this system trusts
    #[arg(long)]
    pub(super) tls: bool,

    /// Trust the authorities in this PEM file instead; implies -tls
    #[arg(long, value_name = "FILE")]
    pub(super) tls_ca: Option<PathBuf>,

    /// Certificate to show to the server, with its chain, in a PEM file; implies -tls
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,

    /// Key of -tls-cert, in a PEM file
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,

    /// Name that the server's certificate is for [default: the host of the address]; implies -tls
    #[arg(long, value_name = "NAME")]
    pub(super) tls_server_name: Option<String>,

    /// Use TLS, and trust any certificate: whoever is on the way can read and change the call
    #[arg(long, conflicts_with_all = ["tls_ca"])]
    pub(super) insecure: bool,
}

impl TlsArgs {
    /// Whether the connection is to be secured.
    pub(super) fn is_on(&self) -> bool {
        self.tls
            || self.insecure
            || self.tls_ca.is_some()
            || self.tls_cert.is_some()
            || self.tls_server_name.is_some()
    }
}
