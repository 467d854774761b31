//! The side that accepts.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::WebPkiClientVerifier;

use super::{H2, certificates, private_key, provider, roots, unusable};
use crate::error::Result;
use crate::wire::io::ByteStream;

/// Who a server says it is, and which clients it serves.
///
/// ```no_run
/// # use streamgen_runtime::{Result, Server, ServerTls, server::Service};
/// # async fn run(pow: impl Service) -> Result<()> {
/// let (chain, key) = (std::fs::read("server.pem")?, std::fs::read("server.key")?);
/// let tls = ServerTls::new(&chain, &key)?;
/// Server::builder().add_service(pow).tls(tls).serve("0.0.0.0:8443").await
/// # }
/// ```
#[derive(Clone)]
pub struct ServerTls {
    acceptor: TlsAcceptor,
}

impl ServerTls {
    /// Shows clients this certificate: the chain, own certificate first, and its key, in PEM.
    ///
    /// # Errors
    /// PEM text without a usable certificate or key; a key that is not the certificate's.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self> {
        ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("versions", &error))?
            .with_no_client_auth()
            .with_single_cert(certificates(chain)?, private_key(key)?)
            .map(Self::from)
            .map_err(|error| unusable("identity", &error))
    }

    /// As [`ServerTls::new`], and serves only clients whose certificate is signed by one of
    /// `client_ca`, in PEM (mutual TLS).
    ///
    /// # Errors
    /// Those of [`ServerTls::new`], and CA certificates that cannot be used.
    pub fn with_client_ca(chain: &[u8], key: &[u8], client_ca: &[u8]) -> Result<Self> {
        let roots = Arc::new(roots(client_ca)?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
            .build()
            .map_err(|error| unusable("CA certificate", &error))?;
        ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("versions", &error))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(chain)?, private_key(key)?)
            .map(Self::from)
            .map_err(|error| unusable("identity", &error))
    }

    /// Makes the TLS handshake on an accepted connection. Also returns the certificates that the client
    /// has shown and that were verified, its own first.
    ///
    /// # Errors
    /// The handshake fails.
    pub(crate) async fn accept(&self, io: ByteStream) -> io::Result<(ByteStream, Vec<Bytes>)> {
        let secured = self.acceptor.accept(io).await?;
        let shown = secured.get_ref().1.peer_certificates().unwrap_or_default();
        let shown = shown
            .iter()
            .map(|der| Bytes::copy_from_slice(der))
            .collect();
        Ok((ByteStream::Tls(Box::new(secured.into())), shown))
    }
}

impl From<ServerConfig> for ServerTls {
    /// Anything that rustls can do. ALPN is set to `h2`; clients that do not ask are served too.
    fn from(mut config: ServerConfig) -> Self {
        config.alpn_protocols = vec![H2.to_vec()];
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
        }
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls").finish_non_exhaustive()
    }
}
