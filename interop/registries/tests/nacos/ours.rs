//! Our servers and clients.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use streamgen_runtime::client::BinaryClient;
use streamgen_runtime::fleet::{Fleet, Registering};
use streamgen_runtime::nacos::Nacos;
use streamgen_runtime::server::BinaryHandler;
use streamgen_runtime::{BoundServer, Channel, Context, RawMessage, Server};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// Longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn nacos(port: u16) -> Nacos {
    Nacos::new(format!("127.0.0.1:{port}")).unwrap()
}

/// Answers with its port.
struct Port(u16);

impl BinaryHandler for Port {
    async fn call(&self, _: Context, _: RawMessage) -> streamgen_runtime::Result<RawMessage> {
        Ok(self.0.to_string().into_bytes().into())
    }
}

/// A server that runs.
pub(crate) struct Running {
    pub(crate) port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<streamgen_runtime::Result<()>>,
}

impl Running {
    /// Serves on a free port, and registers with `registering`, if there is one.
    pub(crate) async fn start(registering: Option<Registering>) -> Result<Self> {
        // The handler has to know the port before there is a server that has one.
        let free = std::net::TcpListener::bind("127.0.0.1:0")?;
        let port = free.local_addr()?.port();
        drop(free);
        let server = Server::builder().add_unknown_handler(Port(port));
        let server = registering
            .into_iter()
            .fold(server, |server, one| server.registry(one));
        let server: BoundServer = server.bind(format!("127.0.0.1:{port}").as_str()).await?;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.serve_with_shutdown(async {
            let _ = stopped.await;
        }));
        Ok(Self { port, stop, served })
    }

    /// Stops it as `SIGTERM` does.
    pub(crate) async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        Ok(self.served.await??)
    }

    /// Drops it where it is.
    pub(crate) fn drop_it(self) {
        self.served.abort();
    }
}

/// A client of a service in nacos.
pub(crate) struct Caller {
    client: BinaryClient,
    channel: Channel,
}

impl Caller {
    pub(crate) fn new(service: &str, nacos: Nacos) -> Result<Self> {
        let channel = Channel::builder(service.to_owned()).fleet(Fleet::new(nacos));
        let channel = channel.connect_timeout(PATIENCE).build()?;
        let client = BinaryClient::thrift(service.to_owned(), channel.clone());
        Ok(Self { client, channel })
    }

    /// The port of the server that answers.
    pub(crate) async fn call(&self) -> Result<u16> {
        let answer = self.client.call("port", Vec::new()).await?;
        Ok(std::str::from_utf8(&answer)?.parse()?)
    }

    /// The ports of all instances that are known, with their weights and zones.
    pub(crate) fn known(&self) -> BTreeSet<(u16, u32, String)> {
        let members = self.channel.instances();
        let known = members.iter().map(|member| {
            let instance = member.instance();
            let address = instance.endpoint().to_string();
            let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
            let zone = instance.tag("zone").unwrap_or_default();
            (port, instance.weight(), zone.to_owned())
        });
        known.collect()
    }

    /// Waits until exactly these are known.
    pub(crate) async fn until(&self, expected: &[(u16, u32, &str)]) -> Result<()> {
        let expected = expected
            .iter()
            .map(|(port, weight, zone)| (*port, *weight, (*zone).to_owned()));
        let expected: BTreeSet<_> = expected.collect();
        let until = Instant::now() + PATIENCE;
        while self.known() != expected {
            if Instant::now() > until {
                bail!("still {:?}, not {expected:?}", self.known());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}
