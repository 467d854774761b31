//! Where the instances of a service are.

mod dns;
mod file;
mod fixed;

use std::sync::Weak;

pub use dns::Dns;
pub use file::InstanceFile;
pub use fixed::StaticList;

use super::driver::Inner;
use super::instance::Instance;
use crate::error::Result;
use crate::middleware::BoxFuture;

/// Knows the instances of a service, and learns of changes: a registry, DNS, a file.
///
/// A client runs [`watch`](Self::watch) from its first call on. The future tells all instances that
/// there are, now and after each change, and goes on until it is dropped: with the client's channel.
///
/// ```
/// use std::time::Duration;
///
/// use streamgen_runtime::Result;
/// use streamgen_runtime::fleet::{Instance, Resolver, Updates};
///
/// /// Asks a registry again and again.
/// struct Polled<R>(R);
/// # trait Registry: Send + Sync + 'static {
/// #     fn addresses(&self, service: &str) -> impl Future<Output = Result<Vec<String>>> + Send;
/// # }
///
/// impl<R: Registry> Resolver for Polled<R> {
///     async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
///         loop {
///             let addresses = self.0.addresses(destination).await?;
///             updates.set(addresses.iter().map(Instance::parse).collect::<Result<_>>()?);
///             tokio::time::sleep(Duration::from_secs(5)).await;
///         }
///     }
/// }
/// ```
pub trait Resolver: Send + Sync + 'static {
    /// Tells `updates` of the instances of `destination`, the name that the client's builder was given.
    /// `Ok` means that they will not change any more.
    ///
    /// # Errors
    /// Any. What was told stays, and the client runs the function again after a while: half a second at
    /// first, and up to about 5 s while it tells nothing. If nothing was told so far, the calls that wait fail with the error.
    fn watch(
        &self,
        destination: &str,
        updates: &mut Updates,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A [`Resolver`] whose type is erased.
pub(super) trait ErasedResolver: Send + Sync {
    fn watch<'a>(
        &'a self,
        destination: &'a str,
        updates: &'a mut Updates,
    ) -> BoxFuture<'a, Result<()>>;
}

impl<R: Resolver> ErasedResolver for R {
    fn watch<'a>(
        &'a self,
        destination: &'a str,
        updates: &'a mut Updates,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(Resolver::watch(self, destination, updates))
    }
}

/// Takes what a [`Resolver`] tells.
#[derive(Debug)]
pub struct Updates {
    fleet: Weak<Inner>,
    /// Whether anything was told.
    pub(super) told: bool,
}

impl Updates {
    pub(super) fn new(fleet: Weak<Inner>) -> Self {
        Self { fleet, told: false }
    }

    /// All instances that there are now. Calls that are created from now on go to these; an instance that
    /// was there before keeps what is known of it. Of two with the same address, the later one counts.
    pub fn set(&mut self, instances: Vec<Instance>) {
        self.told = true;
        if let Some(fleet) = self.fleet.upgrade() {
            fleet.set(instances);
        }
    }

    /// Whether any instance is known. Some sources cannot tell a service without instances from a loss of
    /// their data: for them, the instances that are known are of more use than none.
    #[cfg(feature = "etcd")]
    pub(crate) fn has_instances(&self) -> bool {
        let fleet = self.fleet.upgrade();
        fleet.is_some_and(|fleet| !fleet.members().all.is_empty())
    }
}
