//! Lists of instances that servers put themselves on.

mod advertised;
mod listed;
mod registering;
mod registration;

pub(crate) use advertised::OwnAddress;
pub(crate) use listed::Listed;
pub(crate) use registering::Entry;
pub use registering::Registering;
pub use registration::Registration;

use tokio::sync::watch;

use super::events;
use crate::error::Result;
use crate::middleware::BoxFuture;

/// Keeps the list of the instances of services, which a [`Resolver`](super::Resolver) reads.
///
/// A server that has one runs [`register`](Self::register) once it listens. The future puts the
/// instance on the list, says so ([`Listing::confirm`]), and renews the entry until it is dropped. When
/// the server begins to stop, it drops the future and runs [`deregister`](Self::deregister), while it
/// still takes calls. A server that is killed does neither: its entry should go by itself, when nobody
/// renews it.
///
/// `docs/fleet.md` in the repository shows a registry and a resolver for Consul in fifty lines.
///
/// ```
/// use std::time::Duration;
///
/// use streamgen_runtime::Result;
/// use streamgen_runtime::fleet::{Listing, Registration, Registry};
///
/// /// A store whose entries go after a while, unless they are written again.
/// trait Store: Send + Sync + 'static {
///     fn put(&self, key: &str, value: String, ttl: Duration) -> impl Future<Output = Result<()>> + Send;
///     fn delete(&self, key: &str) -> impl Future<Output = Result<()>> + Send;
/// }
///
/// struct InStore<S>(S);
///
/// const TTL: Duration = Duration::from_secs(15);
///
/// impl<S: Store> Registry for InStore<S> {
///     async fn register(&self, registration: &Registration, listing: &mut Listing) -> Result<()> {
///         loop {
///             let weight = registration.instance().weight().to_string();
///             self.0.put(&key(registration), weight, TTL).await?;
///             listing.confirm();
///             tokio::time::sleep(TTL / 3).await;
///         }
///     }
///
///     async fn deregister(&self, registration: &Registration) -> Result<()> {
///         self.0.delete(&key(registration)).await
///     }
/// }
///
/// fn key(registration: &Registration) -> String {
///     format!("{}/{}", registration.service(), registration.instance().endpoint())
/// }
/// ```
pub trait Registry: Send + Sync + 'static {
    /// Puts the instance on the list, confirms that to `listing`, and keeps it there. `Ok` means that it
    /// stays there without being renewed.
    ///
    /// The server runs it again when it has failed, and when it has confirmed nothing for 10 s. So it
    /// has to bear an entry that an earlier run, or an earlier process, has left.
    ///
    /// # Errors
    /// Any. If the instance was on the list, it counts as lost. The server runs the function again after
    /// a while: half a second at first, and up to about 5 s while it fails.
    fn register(
        &self,
        registration: &Registration,
        listing: &mut Listing,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes the instance off the list, once [`register`](Self::register) runs no more. It may not be
    /// there: the store was down, or has lost it.
    ///
    /// # Errors
    /// Any. The server goes on to stop, as it does after 3 s.
    fn deregister(&self, registration: &Registration) -> impl Future<Output = Result<()>> + Send;
}

/// Takes what a [`Registry`] confirms.
#[derive(Debug)]
pub struct Listing {
    registration: Registration,
    confirmed: watch::Sender<bool>,
}

impl Listing {
    fn new(registration: Registration) -> Self {
        Self {
            registration,
            confirmed: watch::Sender::new(false),
        }
    }

    /// The instance is on the list. Further times do nothing.
    pub fn confirm(&mut self) {
        let confirmed = |confirmed: &mut bool| !std::mem::replace(confirmed, true);
        if self.confirmed.send_if_modified(confirmed) {
            events::registered(&self.registration);
        }
    }
}

/// A [`Registry`] whose type is erased.
trait ErasedRegistry: Send + Sync {
    fn register<'a>(
        &'a self,
        registration: &'a Registration,
        listing: &'a mut Listing,
    ) -> BoxFuture<'a, Result<()>>;

    fn deregister<'a>(&'a self, registration: &'a Registration) -> BoxFuture<'a, Result<()>>;
}

impl<R: Registry> ErasedRegistry for R {
    fn register<'a>(
        &'a self,
        registration: &'a Registration,
        listing: &'a mut Listing,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(Registry::register(self, registration, listing))
    }

    fn deregister<'a>(&'a self, registration: &'a Registration) -> BoxFuture<'a, Result<()>> {
        Box::pin(Registry::deregister(self, registration))
    }
}
