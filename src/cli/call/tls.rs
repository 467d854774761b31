//! TLS by the flags: of a client, and of the server that `mock` is.

use std::path::Path;
use std::sync::Arc;

use streamgen_runtime::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use streamgen_runtime::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use streamgen_runtime::rustls::pki_types::pem::PemObject as _;
use streamgen_runtime::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use streamgen_runtime::rustls::{
    self, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use streamgen_runtime::{ClientTls, ServerTls};

use super::ending::Ending;
use super::tls_args::TlsArgs;
use crate::output::read_bytes;

/// The settings for a server at this address.
pub(super) fn client(args: &TlsArgs, address: &str) -> Result<ClientTls, Ending> {
    let name = args.tls_server_name.as_deref();
    let name = name.or_else(|| host(address)).ok_or_else(|| {
        Ending::usage("with TLS, give the name in the server's certificate with -tls-server-name")
    })?;
    Ok(ClientTls::from(config(args)?).server_name(name)?)
}

/// The settings of a server with this chain and key, for clients of these authorities if they are given.
pub(super) fn server(
    chain: &Path,
    key: &Path,
    clients: Option<&Path>,
) -> Result<ServerTls, Ending> {
    // The library does not say which of them is wrong.
    let files = [Some(chain), Some(key), clients].into_iter().flatten();
    let files: Vec<_> = files.map(|file| file.display().to_string()).collect();
    let (chain, key) = (pem(chain)?, pem(key)?);
    let made = match clients {
        None => ServerTls::new(&chain, &key),
        Some(clients) => ServerTls::with_client_ca(&chain, &key, &pem(clients)?),
    };
    made.map_err(|error| Ending::usage(format!("{}: {error}", files.join(", "))))
}

/// The host of `host:port`, also of `https://host:port` and `dns:///host:port`.
fn host(address: &str) -> Option<&str> {
    if address.starts_with("unix:") {
        return None;
    }
    let address = address.rsplit('/').next().unwrap_or(address);
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    Some(host.trim_start_matches('[').trim_end_matches(']'))
}

fn config(args: &TlsArgs) -> Result<ClientConfig, Ending> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("versions", &error))?;
    let builder = match args.insecure {
        true => {
            let verifier = Arc::new(AnyServer(provider));
            builder
                .dangerous()
                .with_custom_certificate_verifier(verifier)
        }
        false => builder.with_root_certificates(roots(args.tls_ca.as_deref())?),
    };
    match (&args.tls_cert, &args.tls_key) {
        (Some(chain), Some(key)) => {
            let read = PrivateKeyDer::from_pem_slice(&pem(key)?);
            let key = read.map_err(|error| unusable(&key.display().to_string(), &error))?;
            let config = builder.with_client_auth_cert(certificates(chain)?, key);
            config.map_err(|error| unusable(&chain.display().to_string(), &error))
        }
        _ => Ok(builder.with_no_client_auth()),
    }
}

/// Whom the client trusts.
fn roots(ca: Option<&Path>) -> Result<RootCertStore, Ending> {
    let mut roots = RootCertStore::empty();
    let Some(ca) = ca else {
        let found = rustls_native_certs::load_native_certs();
        // Systems keep certificates that rustls does not take.
        let (added, _) = roots.add_parsable_certificates(found.certs);
        return match added {
            0 => Err(Ending::failure(
                "this system has no certificates of authorities to trust: give -tls-ca FILE",
            )),
            _ => Ok(roots),
        };
    };
    for certificate in certificates(ca)? {
        let added = roots.add(certificate);
        added.map_err(|error| unusable(&ca.display().to_string(), &error))?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Ending> {
    let pem = pem(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let shown = path.display().to_string();
    match found {
        Ok(found) if found.is_empty() => Err(unusable(&shown, &"it holds no certificate in PEM")),
        Ok(found) => Ok(found),
        Err(error) => Err(unusable(&shown, &error)),
    }
}

fn pem(path: &Path) -> Result<Vec<u8>, Ending> {
    let shown = path.display();
    read_bytes(path).ok_or_else(|| Ending::usage(format!("cannot read `{shown}`")))
}

fn unusable(what: &str, cause: &dyn std::fmt::Display) -> Ending {
    Ending::usage(format!("TLS: unusable {what}: {cause}"))
}

/// Takes any certificate, as `-insecure` says. Signatures are checked still: whoever answers has the key.
#[derive(Debug)]
struct AnyServer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.0.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_certificate_is_for_the_host_of_the_address() {
        for (address, expected) in [
            ("127.0.0.1:8888", Some("127.0.0.1")),
            ("[::1]:8888", Some("::1")),
            ("https://pow.example.com:443", Some("pow.example.com")),
            ("dns:///pow.example.com:443", Some("pow.example.com")),
            ("unix:/run/pow.sock", None),
        ] {
            assert_eq!(host(address), expected, "{address}");
        }
    }
}
