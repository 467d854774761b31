//! The server: flags, and how it listens.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use streamgen_runtime::{Encoding, GrpcLimits, Server, ServerBuilder, ServerTls};
use tokio::net::TcpListener;

use crate::flags::{Flags, Usage};
use crate::handler::Handler;
use crate::relay::{Watch, relay};
use crate::stream_gen::grpc::testing::test_service::TestServiceServer;
use crate::testdata;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    port: u16,
    tls: bool,
    certificate: Option<String>,
    key: Option<String>,
    check_compression: bool,
}

impl Options {
    /// Reads the flags of the server.
    ///
    /// # Errors
    /// What is no flag, or not the value of one; TLS with a check of what it hides.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Usage> {
        let names = ["port", "tls_cert_file", "tls_key_file"];
        let flags = Flags::parse(args, &names, &["use_tls", "check_compression"])?;
        let text = |name| flags.text(name).map(str::to_owned);
        let options = Self {
            port: flags.port("port", 10000)?,
            tls: flags.switch("use_tls")?,
            certificate: text("tls_cert_file"),
            key: text("tls_key_file"),
            check_compression: flags.switch("check_compression")?,
        };
        if options.tls && options.check_compression {
            return Err("-check_compression cannot see messages through TLS".to_owned());
        }
        Ok(options)
    }

    /// Serves on all addresses; on a free port if the port is 0. Tells `listening` where, before it
    /// serves.
    ///
    /// # Errors
    /// A port that is taken; certificates that cannot be read.
    pub async fn serve(&self, listening: impl FnOnce(SocketAddr)) -> Result<()> {
        let address = ("0.0.0.0", self.port);
        if self.check_compression {
            return self.serve_watched(listening).await;
        }
        let server = self.builder(None)?.bind(address).await;
        let server = server.context("failed to listen")?;
        listening(server.local_addr()?);
        Ok(server.serve().await?)
    }

    fn builder(&self, watch: Option<Watch>) -> Result<ServerBuilder> {
        let mut limits = GrpcLimits::default();
        // The handlers send uncompressed what nobody wants compressed.
        limits.response_encoding = Some(Encoding::GZIP);
        let service = TestServiceServer::new(Handler::new(watch));
        let server = Server::builder().grpc_limits(limits).add_service(service);
        if !self.tls {
            return Ok(server);
        }
        let chain = testdata::read(self.certificate.as_deref(), "server1.pem")?;
        let key = testdata::read(self.key.as_deref(), "server1.key")?;
        Ok(server.tls(ServerTls::new(&chain, &key)?))
    }

    /// Serves behind a relay, so that the handlers know which requests were compressed.
    async fn serve_watched(&self, listening: impl FnOnce(SocketAddr)) -> Result<()> {
        let watch = Watch::default();
        let server = self
            .builder(Some(watch.clone()))?
            .bind("127.0.0.1:0")
            .await?;
        let listener = TcpListener::bind(("0.0.0.0", self.port)).await;
        let listener = listener.context("failed to listen")?;
        listening(listener.local_addr()?);
        let target = server.local_addr()?;
        tokio::select! {
            served = server.serve() => Ok(served?),
            () = relay(listener, target, watch) => Ok(()),
        }
    }
}
