//! TLS, wherever a server listens.

use std::io;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use streamgen_runtime::client::{ByteStream, Dial, Dialling, Endpoint};
use streamgen_runtime::rustls::pki_types::ServerName;
use streamgen_runtime::rustls::{ClientConfig, RootCertStore, crypto::ring};
use streamgen_runtime::{ClientTls, ServerTls};
use tokio_rustls::TlsConnector;

use super::incoming::in_memory;
use crate::wires::{ALL, PATIENT, Wire, server};

/// What a server shows, and how clients know it by it.
struct Secret {
    server: ServerTls,
    grpc: ClientTls,
    connector: TlsConnector,
}

impl Secret {
    fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["peer".to_owned()]).unwrap();
        let (chain, key) = (cert.pem(), signing_key.serialize_pem());
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            server: ServerTls::new(chain.as_bytes(), key.as_bytes()).unwrap(),
            grpc: ClientTls::new(chain.as_bytes()).unwrap(),
            connector: TlsConnector::from(Arc::new(config)),
        }
    }
}

/// TLS for wires whose clients have none of their own.
struct Secured<D>(D, TlsConnector);

impl<D: Dial> Dial for Secured<D> {
    fn dial<'a>(&'a self, to: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async {
            let plain = self.0.dial(to).await?;
            let name = ServerName::try_from("peer").map_err(io::Error::other)?;
            let secured = self.1.connect(name, plain).await?;
            Ok(ByteStream::new(secured))
        })
    }
}

#[tokio::test]
async fn connections_in_memory_are_secured() {
    let secret = Secret::new();
    let (connect, incoming) = in_memory();
    let server = server().tls(secret.server.clone());
    let serving = tokio::spawn(server.serve_with_incoming(incoming));
    for wire in ALL {
        let builder = wire.builder(&["in-memory:1".to_owned()]);
        let client = match wire.is_grpc() {
            true => builder.dial(connect.clone()).tls(secret.grpc.clone()),
            false => builder.dial(Secured(connect.clone(), secret.connector.clone())),
        };
        let client = client.build().unwrap();
        wire.call(&client, PATIENT).await.unwrap();
        wire.call(&client, PATIENT).await.unwrap();
    }
    // Without TLS nobody is served.
    let plain = connect.client(Wire::Framed);
    Wire::Framed.call(&plain, PATIENT).await.unwrap_err();
    serving.abort();
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_are_secured() {
    use streamgen_runtime::client::Direct;

    use super::served::{Served, draining, stops_gracefully};

    let folder = super::unix::Folder::new("tls");
    let address = super::unix::unix(&folder.socket());
    let secret = Secret::new();
    for wire in ALL {
        let (builder, told) = draining();
        let builder = builder.tls(secret.server.clone());
        let serving = Served::on(builder, address.as_str()).await;
        let client = wire.builder(std::slice::from_ref(&address));
        let client = match wire.is_grpc() {
            true => client.tls(secret.grpc.clone()),
            false => client.dial(Secured(Direct, secret.connector.clone())),
        };
        stops_gracefully(wire, client.build().unwrap(), serving, told).await;
    }
}
