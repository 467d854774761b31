//! The server: flags, and how it listens.

use std::fs;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codec::CompressionEncoding;
use tonic::transport::{Identity, Server, ServerTlsConfig};

use crate::echo::Echo;
use crate::flags::{Flags, Usage};
use crate::messages::pb::test_service_server::TestServiceServer;
use crate::service::Service;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    port: u16,
    /// The files of certificate chain and key, with TLS.
    tls: Option<(String, String)>,
    check_compression: bool,
}

impl Options {
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Usage> {
        let names = ["port", "tls_cert_file", "tls_key_file"];
        let flags = Flags::parse(args, &names, &["use_tls", "check_compression"])?;
        let file = |name| {
            let file = flags.text(name).map(str::to_owned);
            file.ok_or_else(|| format!("-use_tls needs -{name}"))
        };
        let tls = match flags.switch("use_tls")? {
            true => Some((file("tls_cert_file")?, file("tls_key_file")?)),
            false => None,
        };
        Ok(Self {
            port: flags.port("port", 10000)?,
            tls,
            check_compression: flags.switch("check_compression")?,
        })
    }
}

/// Serves until it fails.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut server = Server::builder();
    if let Some((chain, key)) = &options.tls {
        let identity = Identity::from_pem(read(chain)?, read(key)?);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let service = Service::new(options.check_compression);
    let mut service = TestServiceServer::new(service);
    if options.check_compression {
        service = service
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
    }
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    eprintln!("interop server listening on {}", listener.local_addr()?);
    let connections = TcpListenerStream::new(listener);
    let router = server.add_service(Echo(service));
    Ok(router.serve_with_incoming(connections).await?)
}

/// The content of a file of the command line.
pub(crate) fn read(file: &str) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {file}"))
}
