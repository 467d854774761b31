//! TLS: who is trusted, and what a secured port serves.

use crate::rpc_support;

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rpc_support::{Peer, PeerClient, PeerServer, Running, msg, start};
use streamgen_runtime::middleware::{Calling, Next};
use streamgen_runtime::rustls::pki_types::CertificateDer;
use streamgen_runtime::rustls::pki_types::pem::PemObject;
use streamgen_runtime::{ClientTls, Code, Error, ErrorKind, Server, ServerTls, Transport};

/// A certificate authority of its own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    fn ca(&self) -> &[u8] {
        self.pem.as_bytes()
    }

    /// A certificate for `name` and its key.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn server(&self, name: &str) -> ServerTls {
        let (chain, key) = self.sign(name);
        ServerTls::new(chain.as_bytes(), key.as_bytes()).unwrap()
    }
}

async fn serve(tls: ServerTls) -> Running {
    let peer = Peer {
        prefix: "echo:",
        ..Peer::default()
    };
    let service = PeerServer::from(Arc::new(peer));
    start(Server::builder().add_service(service).tls(tls)).await
}

fn client(server: &Running, tls: ClientTls) -> PeerClient {
    PeerClient::builder("peer")
        .address(server.address.to_string())
        .transport(Transport::Grpc)
        .tls(tls)
        .build()
        .unwrap()
}

/// What a unary call fails with.
async fn refusal(client: &PeerClient) -> streamgen_runtime::Error {
    client.sum(1, vec![]).await.unwrap_err()
}

#[tokio::test]
async fn calls_and_streams_pass_through_tls() {
    let authority = Authority::new();
    let server = serve(authority.server("peer")).await;
    let client = client(&server, ClientTls::new(authority.ca()).unwrap());

    assert_eq!(client.sum(40, vec![1, 1]).await.unwrap(), 42);
    let mut stream = client.bidi().await.unwrap();
    for text in ["one", "two"] {
        stream.send(msg(text)).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!(answer.text, format!("echo:{text}"));
    }
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_server_of_another_name_or_authority_is_not_trusted() {
    let authority = Authority::new();
    let server = serve(authority.server("other")).await;
    let trusting = ClientTls::new(authority.ca()).unwrap();

    let error = refusal(&client(&server, trusting.clone())).await;
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Connection, Some(Code::UNAVAILABLE)),
        "{error}"
    );
    assert!(error.message().contains("certificate"), "{error}");

    let named = trusting.server_name("other").unwrap();
    assert_eq!(client(&server, named).sum(1, vec![]).await.unwrap(), 1);

    let stranger = ClientTls::new(Authority::new().ca()).unwrap();
    let stranger = stranger.server_name("other").unwrap();
    let error = refusal(&client(&server, stranger)).await;
    assert!(error.message().contains("certificate"), "{error}");
}

#[tokio::test]
async fn with_mutual_tls_only_clients_with_a_certificate_are_served() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let (chain, key) = servers.sign("peer");
    let tls = ServerTls::with_client_ca(chain.as_bytes(), key.as_bytes(), clients.ca());
    let server = serve(tls.unwrap()).await;

    let (chain, key) = clients.sign("somebody");
    let known = ClientTls::with_identity(servers.ca(), chain.as_bytes(), key.as_bytes());
    let known = client(&server, known.unwrap());
    assert_eq!(known.sum(1, vec![]).await.unwrap(), 1);

    let (chain, key) = Authority::new().sign("somebody");
    let stranger = ClientTls::with_identity(servers.ca(), chain.as_bytes(), key.as_bytes());
    for tls in [ClientTls::new(servers.ca()), stranger] {
        let error = refusal(&client(&server, tls.unwrap())).await;
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    }
}

#[tokio::test]
async fn handlers_see_the_verified_certificate_of_their_client_on_every_wire() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let (chain, key) = servers.sign("peer");
    let tls = ServerTls::with_client_ca(chain.as_bytes(), key.as_bytes(), clients.ca());
    let peer = || {
        let peer = Peer {
            always: "certificates",
            ..Peer::default()
        };
        Server::builder().add_service(PeerServer::from(Arc::new(peer)))
    };
    // Middleware sees them, too.
    let known =
        async |calling: &mut Calling, next: Next<'_>| match calling.call().peer_certificates() {
            [] => Err(Error::application("nobody")),
            _ => next.run(calling).await,
        };
    let server = start(peer().tls(tls.unwrap()).middleware(known)).await;

    let identity = clients.sign("somebody");
    let der = CertificateDer::from_pem_slice(identity.0.as_bytes()).unwrap();
    let shown: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
    let (chain, key) = (identity.0.as_bytes(), identity.1.as_bytes());
    let grpc = ClientTls::with_identity(servers.ca(), chain, key).unwrap();
    // No client of ours speaks TTHeader or Framed over TLS.
    let tunnel = tunnel::open(server.address, servers.ca(), Some(&identity)).await;
    let tunnelled = PeerClient::builder("peer").address(tunnel.to_string());
    for client in [client(&server, grpc), tunnelled.build().unwrap()] {
        assert_eq!(client.hello("m".into()).await.unwrap(), shown);
        let mut stream = client.bidi().await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, shown);
    }

    // Without mutual TLS nobody is known.
    let (chain, key) = servers.sign("peer");
    let tls = ServerTls::new(chain.as_bytes(), key.as_bytes()).unwrap();
    let server = start(peer().tls(tls)).await;
    let anybody = client(&server, ClientTls::new(servers.ca()).unwrap());
    assert_eq!(anybody.hello("m".into()).await.unwrap(), "");
}

#[tokio::test]
async fn a_client_without_tls_is_not_served() {
    let server = serve(Authority::new().server("peer")).await;
    let plain = PeerClient::builder("peer")
        .address(server.address.to_string())
        .transport(Transport::Grpc)
        .build()
        .unwrap();
    // What the server answers is TLS: no HTTP/2.
    assert_eq!(refusal(&plain).await.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn every_wire_is_served_behind_tls() {
    // No client of ours speaks TTHeader over TLS; a tunnel in front of one does it.
    let authority = Authority::new();
    let server = serve(authority.server("peer")).await;
    let tunnel = tunnel::open(server.address, authority.ca(), None).await;
    let client = PeerClient::builder("peer")
        .address(tunnel.to_string())
        .build()
        .unwrap();
    assert_eq!(client.sum(2, vec![]).await.unwrap(), 2);
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    let answer = stream.recv().await.unwrap().unwrap();
    assert_eq!(answer.text, "echo:m");
}

#[test]
fn tls_on_another_wire_is_an_error() {
    let built = PeerClient::builder("peer")
        .address("127.0.0.1:1")
        .tls(ClientTls::new(Authority::new().ca()).unwrap())
        .build();
    assert_eq!(built.unwrap_err().kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let authority = Authority::new();
    let ((chain, _), (_, key)) = (authority.sign("a"), authority.sign("b"));
    let error = ServerTls::new(chain.as_bytes(), key.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

/// A port in front of a TLS server that clients without TLS can use.
mod tunnel {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use streamgen_runtime::rustls::pki_types::pem::PemObject;
    use streamgen_runtime::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use streamgen_runtime::rustls::{ClientConfig, RootCertStore, crypto::ring};
    use tokio::io::copy_bidirectional;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsConnector;

    /// The tunnel shows the server `identity`: a certificate and its key.
    pub(crate) async fn open(
        server: SocketAddr,
        ca: &[u8],
        identity: Option<&(String, String)>,
    ) -> SocketAddr {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(ca).unwrap())
            .unwrap();
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            None => config.with_no_client_auth(),
            Some((chain, key)) => {
                let chain = CertificateDer::from_pem_slice(chain.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                config.with_client_auth_cert(vec![chain], key).unwrap()
            }
        };
        let connector = TlsConnector::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut plain, _)) = listener.accept().await {
                let connector = connector.clone();
                tokio::spawn(async move {
                    let socket = TcpStream::connect(server).await.unwrap();
                    let name = ServerName::try_from("peer").unwrap();
                    let mut secured = connector.connect(name, socket).await.unwrap();
                    let _ = copy_bidirectional(&mut plain, &mut secured).await;
                });
            }
        });
        address
    }
}
