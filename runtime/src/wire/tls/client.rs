//! The side that connects.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::{H2, certificates, private_key, provider, roots, unusable};
use crate::error::Result;

/// How a client verifies its servers, and how it identifies itself to them.
///
/// ```no_run
/// # use streamgen_runtime::{ClientBuilder, ClientTls, Result};
/// # fn set<C>(builder: ClientBuilder<C>) -> Result<ClientBuilder<C>> {
/// let ca = std::fs::read("ca.pem")?;
/// Ok(builder.tls(ClientTls::new(&ca)?.server_name("pow.example.com")?))
/// # }
/// ```
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<ClientConfig>,
    server_name: Option<ServerName<'static>>,
}

impl ClientTls {
    /// Trusts servers whose certificate is signed by one of `ca`, in PEM.
    ///
    /// # Errors
    /// PEM text without a usable certificate.
    pub fn new(ca: &[u8]) -> Result<Self> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("versions", &error))?
            .with_root_certificates(roots(ca)?);
        Ok(builder.with_no_client_auth().into())
    }

    /// As [`ClientTls::new`], and shows servers a certificate of its own (mutual TLS): the chain,
    /// own certificate first, and its key, in PEM.
    ///
    /// # Errors
    /// PEM text without a usable certificate or key; a key that is not the certificate's.
    pub fn with_identity(ca: &[u8], chain: &[u8], key: &[u8]) -> Result<Self> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("versions", &error))?
            .with_root_certificates(roots(ca)?);
        builder
            .with_client_auth_cert(certificates(chain)?, private_key(key)?)
            .map(Self::from)
            .map_err(|error| unusable("identity", &error))
    }

    /// The name that the server's certificate has to be for. Default: the destination of the
    /// client, without a port.
    ///
    /// # Errors
    /// Neither the name of a host nor an address.
    pub fn server_name(mut self, name: &str) -> Result<Self> {
        self.server_name = Some(parse_name(name)?);
        Ok(self)
    }

    /// Takes the name of `destination` unless the user gave one.
    pub(crate) fn named(self, destination: &str) -> Result<Self> {
        if self.server_name.is_some() {
            return Ok(self);
        }
        let without_port = match destination.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => destination,
        };
        let name = without_port.trim_start_matches('[').trim_end_matches(']');
        self.server_name(name)
    }

    /// Secures a connection. A server that does not take part in ALPN is taken to know what it
    /// will get, as one without TLS is.
    ///
    /// # Errors
    /// The handshake fails: see the cause in the text.
    pub(crate) async fn connect<IO>(&self, io: IO) -> io::Result<TlsStream<IO>>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let Some(name) = self.server_name.clone() else {
            return Err(io::Error::other("TLS without the name of a server"));
        };
        let connector = TlsConnector::from(Arc::clone(&self.config));
        connector.connect(name, io).await
    }
}

impl From<ClientConfig> for ClientTls {
    /// Anything that rustls can do. ALPN is set to `h2`.
    fn from(mut config: ClientConfig) -> Self {
        config.alpn_protocols = vec![H2.to_vec()];
        Self {
            config: Arc::new(config),
            server_name: None,
        }
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

fn parse_name(name: &str) -> Result<ServerName<'static>> {
    ServerName::try_from(name.to_owned())
        .map_err(|error| unusable(&format!("server name `{name}`"), &error))
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::RootCertStore;

    use super::*;

    fn tls() -> ClientTls {
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(RootCertStore::empty());
        builder.with_no_client_auth().into()
    }

    #[test]
    fn a_server_has_the_name_of_the_destination_unless_another_is_given() {
        for (destination, name) in [
            ("pow.svc", "pow.svc"),
            ("pow.example.com:443", "pow.example.com"),
            ("127.0.0.1:8888", "127.0.0.1"),
            ("[::1]:8888", "::1"),
        ] {
            let tls = tls().named(destination).unwrap();
            assert_eq!(tls.server_name.unwrap().to_str(), name);
        }
        let tls = tls().server_name("other.example.com").unwrap();
        let tls = tls.named("pow.svc").unwrap();
        assert_eq!(tls.server_name.unwrap().to_str(), "other.example.com");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let error = tls().named("no name").unwrap_err();
        assert!(error.message().contains("`no name`"), "{error}");
    }

    #[test]
    fn pem_text_without_certificates_is_refused() {
        for pem in [&b""[..], b"text", b"-----BEGIN CERTIFICATE-----\n!\n"] {
            ClientTls::new(pem).unwrap_err();
        }
    }
}
