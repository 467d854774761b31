//! The client: flags, and the generated clients that cases call.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::{ClientBuilder, ClientTls, Transport};
use tokio::net::{TcpListener, lookup_host};

use crate::cases;
use crate::flags::{Flags, Usage};
use crate::relay::{Watch, relay};
use crate::stream_gen::grpc::testing::test_service::TestServiceClient;
use crate::stream_gen::grpc::testing::unimplemented_service::UnimplementedServiceClient;
use crate::testdata;

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
const CONNECTED: Duration = Duration::from_secs(20);

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// The case to run.
    pub case: String,
    host: String,
    port: u16,
    tls: bool,
    ca: Option<String>,
    host_override: Option<String>,
}

impl Options {
    /// Reads the flags of the client.
    ///
    /// # Errors
    /// What is no flag, or not the value of one; TLS without the suite's CA, or with a case that
    /// has to see messages on their way.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Usage> {
        let names = [
            "server_host",
            "server_port",
            "test_case",
            "ca_file",
            "server_host_override",
        ];
        let flags = Flags::parse(args, &names, &["use_tls", "use_test_ca"])?;
        let text = |name| flags.text(name).map(str::to_owned);
        let tls = flags.switch("use_tls")?;
        if tls && !flags.switch("use_test_ca")? {
            return Err("-use_tls needs -use_test_ca: no other CA is known here".to_owned());
        }
        let case = text("test_case").unwrap_or_else(|| "large_unary".to_owned());
        if tls && cases::watches(&case) {
            return Err(format!("{case} cannot see messages through TLS"));
        }
        Ok(Self {
            case,
            host: text("server_host").unwrap_or_else(|| "localhost".to_owned()),
            port: flags.port("server_port", 10000)?,
            tls,
            ca: text("ca_file"),
            host_override: text("server_host_override"),
        })
    }

    /// Clients of the server. Nothing is dialled yet. A case that has to see messages on their way
    /// gets a relay, which ends with the tokio runtime.
    ///
    /// # Errors
    /// A host that is none; certificates that cannot be read.
    pub async fn clients(&self) -> anyhow::Result<Clients> {
        let mut address = format!("{}:{}", self.host, self.port);
        let mut watch = None;
        if cases::watches(&self.case) {
            let relayed = watched(&address).await?;
            address = relayed.0.to_string();
            watch = Some(relayed.1);
        }
        let name = self.host_override.as_deref().unwrap_or(&self.host);
        let unimplemented = UnimplementedServiceClient::builder(name.to_owned());
        Ok(Clients {
            test: self.client(TestServiceClient::builder(name.to_owned()), &address)?,
            unimplemented: self.client(unimplemented, &address)?,
            watch,
        })
    }

    fn client<C: From<ServiceClient>>(
        &self,
        builder: ClientBuilder<C>,
        address: &str,
    ) -> anyhow::Result<C> {
        // The suite is about gRPC, also for a service without streams.
        let builder = builder.transport(Transport::Grpc);
        let builder = builder.connect_timeout(CONNECTED);
        let mut builder = builder.address(address.to_owned());
        if self.tls {
            let ca = testdata::read(self.ca.as_deref(), "ca.pem")?;
            builder = builder.tls(ClientTls::new(&ca)?);
        }
        builder.build().context("no client")
    }
}

/// What cases call.
#[derive(Debug)]
pub struct Clients {
    /// The service of the suite.
    pub test: TestServiceClient,
    /// A service that no server has.
    pub unimplemented: UnimplementedServiceClient,
    /// What goes over the wire, in a case that has to see it.
    pub watch: Option<Watch>,
}

/// Starts a relay to the server at `address`.
async fn watched(address: &str) -> anyhow::Result<(SocketAddr, Watch)> {
    let mut addresses = lookup_host(address).await?;
    let target = addresses.next().context("the host has no address")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, watch) = (listener.local_addr()?, Watch::default());
    tokio::spawn(relay(listener, target, watch.clone()));
    Ok((address, watch))
}
