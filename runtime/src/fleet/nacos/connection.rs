//! One connection with nacos, by nacos-sdk.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nacos_sdk::api::error::Error as SdkError;
use nacos_sdk::api::naming::{
    NamingEventListener, NamingService, NamingServiceBuilder, ServiceInstance,
};
use nacos_sdk::api::props::ClientProps;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::Span;

use super::layout::Host;
use super::location::Location;
use super::login::Login;
use crate::error::{Error, Result};
use crate::fleet::Registration;
use crate::trace;

/// How long nacos may take to answer a request, the time to connect included. The SDK itself waits without
/// a limit.
const ANSWER: Duration = Duration::from_secs(5);

/// What the SDK does for one client of nacos. It is made once: the SDK never ends two of its tasks for each.
/// If its connection breaks, it makes another one, and registers and subscribes again.
pub(super) struct Connection {
    location: Arc<Location>,
    naming: Arc<OnceCell<Opened>>,
}

#[derive(Clone)]
struct Opened {
    naming: NamingService,
    _files: Arc<Files>,
}

impl Connection {
    pub(super) fn new(location: Arc<Location>) -> Self {
        Self {
            location,
            naming: Arc::default(),
        }
    }

    /// All instances of a service, also those that may get no calls, as nacos knows them now.
    ///
    /// # Errors
    /// nacos is not reached, or refuses to tell.
    pub(super) async fn list(&self, service: &str) -> Result<Vec<Host>> {
        self.instances(service, false).await
    }

    /// The same, of a service that is subscribed to: as the SDK has been told last.
    ///
    /// # Errors
    /// nacos is not reached.
    pub(super) async fn told(&self, service: &str) -> Result<Vec<Host>> {
        self.instances(service, true).await
    }

    async fn instances(&self, service: &str, subscribed: bool) -> Result<Vec<Host>> {
        let doing = format!("the instances of {service}");
        let (name, group) = self.named(service);
        // All clusters: the SDK does not find what it was told of a cluster.
        let hosts = self.ask(&doing, async |naming| {
            naming
                .get_all_instances(name, group, Vec::new(), subscribed)
                .await
        });
        Ok(hosts.await?.into_iter().map(host).collect())
    }

    /// Subscribes to a service. If nacos cannot be reached, the SDK does it later.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn subscribe(
        &self,
        service: &str,
        listener: Arc<dyn NamingEventListener>,
    ) -> Result<()> {
        let doing = format!("the subscription to {service}");
        let (name, group) = self.named(service);
        self.ask(&doing, async |naming| {
            naming.subscribe(name, group, Vec::new(), listener).await
        })
        .await
    }

    /// The reverse.
    ///
    /// # Errors
    /// nacos is not reached.
    pub(super) async fn unsubscribe(
        &self,
        service: &str,
        listener: Arc<dyn NamingEventListener>,
    ) -> Result<()> {
        let doing = format!("the end of the subscription to {service}");
        let (name, group) = self.named(service);
        self.ask(&doing, async |naming| {
            naming.unsubscribe(name, group, Vec::new(), listener).await
        })
        .await
    }

    /// Registers an instance. If nacos cannot be reached, the SDK does it later.
    ///
    /// # Errors
    /// nacos is not reached, or refuses it. The instance has no address that nacos can list.
    pub(super) async fn register(&self, registration: &Registration) -> Result<()> {
        let host = instance(self.host(registration)?);
        let (name, group) = self.named(registration.service());
        let request =
            async |naming: NamingService| naming.register_instance(name, group, host).await;
        self.ask(&format!("the registration of {registration}"), request)
            .await
    }

    /// Removes it.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn deregister(&self, registration: &Registration) -> Result<()> {
        let host = instance(self.host(registration)?);
        let (name, group) = self.named(registration.service());
        let request =
            async |naming: NamingService| naming.deregister_instance(name, group, host).await;
        self.ask(&format!("the removal of {registration}"), request)
            .await
    }

    /// What nacos is told of an instance.
    ///
    /// # Errors
    /// The instance has no address that nacos can list.
    pub(super) fn host(&self, registration: &Registration) -> Result<Host> {
        Host::of(registration.instance(), &self.location.cluster)
    }

    fn named(&self, service: &str) -> (String, Option<String>) {
        (service.to_owned(), Some(self.location.group.clone()))
    }

    /// Makes a request, within the time that there is.
    async fn ask<T>(
        &self,
        doing: &str,
        request: impl AsyncFnOnce(NamingService) -> Result<T, SdkError>,
    ) -> Result<T> {
        let asked = async {
            let naming = self.naming().await?;
            request(naming)
                .await
                .map_err(|error| io::Error::other(said(error)))
        };
        let answered = timeout(ANSWER, asked).await;
        let answered = answered.unwrap_or_else(|_| Err(io::Error::other(Silent)));
        answered.map_err(|cause| {
            let text = format!("{doing} in {}: {cause}", self.location);
            Error::connection(text, cause).before_handler()
        })
    }

    /// The SDK's client. A task makes it, so that it is made once even if nobody waits long enough, and so
    /// that the SDK's panics stay there.
    async fn naming(&self) -> io::Result<NamingService> {
        if let Some(opened) = self.naming.get() {
            return Ok(opened.naming.clone());
        }
        let (cell, location) = (Arc::clone(&self.naming), Arc::clone(&self.location));
        let opening = async move {
            let opened = cell.get_or_try_init(|| open(&location)).await;
            opened.map(|opened| opened.naming.clone())
        };
        // Belongs to no call.
        let opened = trace::spawn(&Span::none(), opening).await;
        opened.unwrap_or_else(|ended| Err(ended.into()))
    }
}

async fn open(location: &Location) -> io::Result<Opened> {
    let files = spawn_blocking(Files::new).await?;
    let settings = ClientProps::new()
        .server_addr(location.servers.join(","))
        .namespace(&location.namespace)
        // Variables of the environment say nothing to who has set all this.
        .env_first(false)
        // What an empty list means, the resolver decides.
        .naming_push_empty_protection(false)
        // The SDK's client is of use even if nacos cannot be reached now: it tries again by itself.
        .naming_load_cache_at_start(true)
        .cache_dir(&files.0);
    let mut builder = NamingServiceBuilder::new(settings);
    if let Some(user) = &location.user {
        builder = builder.with_auth_plugin(Arc::new(Login::new(user.clone())));
    }
    let naming = builder.build().await;
    Ok(Opened {
        naming: naming.map_err(|error| io::Error::other(said(error)))?,
        _files: Arc::new(files),
    })
}

/// The folder to which the SDK writes all lists. Without one, it would take the user's home. Nobody
/// reads them, so that it goes with the connection.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        let name = format!("streamgen-nacos-{:016x}", fastrand::u64(..));
        let folder = std::env::temp_dir().join(name);
        #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
        let mut builder = std::fs::DirBuilder::new();
        // Nobody else may put links there.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // If there can be none, the SDK says so in its log, and goes on.
        let _ = builder.create(&folder);
        Self(folder)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// nacos has not answered in time.
#[derive(Debug)]
struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it has not answered within {ANSWER:?}")
    }
}

impl std::error::Error for Silent {}

/// What nacos says, where it has said something.
fn said(error: SdkError) -> String {
    match error {
        SdkError::ErrResponse(_, _, code, Some(message)) => format!("{message} ({code})"),
        error => error.to_string(),
    }
}

fn host(instance: ServiceInstance) -> Host {
    Host {
        ip: instance.ip,
        port: instance.port,
        weight: instance.weight,
        healthy: instance.healthy,
        enabled: instance.enabled,
        cluster: instance.cluster_name.unwrap_or_default(),
        metadata: instance.metadata,
    }
}

fn instance(host: Host) -> ServiceInstance {
    ServiceInstance {
        ip: host.ip,
        port: host.port,
        weight: host.weight,
        healthy: host.healthy,
        enabled: host.enabled,
        cluster_name: Some(host.cluster),
        metadata: host.metadata,
        ..ServiceInstance::default()
    }
}
