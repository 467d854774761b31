//! TLS under a connection, by rustls with ring. Feature `tls`.
//!
//! A client uses it for gRPC, as Kitex does; a server speaks it on its whole port and looks at
//! the decrypted bytes to find out the protocol (grpc-and-pingpong.md D). TLS 1.2 and 1.3.

mod client;
mod server;

use std::sync::Arc;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub use client::ClientTls;
pub use server::ServerTls;

use crate::error::{Error, Result};

/// What HTTP/2 is called in ALPN.
const H2: &[u8] = b"h2";

/// The cryptography, named so that no process-wide default is needed.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Certificates of a PEM text, one at least.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(unusable("certificates", &"the PEM text holds none")),
        Err(error) => Err(unusable("certificates", &error)),
    }
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| unusable("private key", &error))
}

/// Certificates to trust.
fn roots(pem: &[u8]) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        let added = roots.add(certificate);
        added.map_err(|error| unusable("CA certificate", &error))?;
    }
    Ok(roots)
}

fn unusable(what: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::invalid_argument(format!("TLS: unusable {what}: {cause}"))
}
