//! Instances that a name in DNS stands for.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;
use tokio::net::lookup_host;
use tokio::time::sleep;

use super::{Resolver, Updates};
use crate::error::{Error, Result};
use crate::fleet::Instance;
use crate::fleet::events;
use crate::middleware::BoxFuture;

/// How often a name is looked up, unless the user says otherwise: as often as the name in an
/// [`address`](crate::ClientBuilder::address).
const REFRESH: Duration = Duration::from_secs(10);
/// But not more often than this.
const SHORTEST_REFRESH: Duration = Duration::from_millis(10);

type Lookup = Arc<dyn Fn(FastStr) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// All addresses of a name, IPv4 and IPv6, each of them an instance. The system's resolver is asked again
/// and again; it does not tell how long its answer holds, so that the time between two look-ups is a
/// setting. When a look-up fails, or finds nothing, the addresses of the last answer stay.
#[derive(Clone)]
pub struct Dns {
    name: FastStr,
    refresh: Duration,
    lookup: Lookup,
}

impl Dns {
    /// The addresses of `name`, a `host:port`.
    #[must_use]
    pub fn new(name: impl Into<FastStr>) -> Self {
        Self::looked_up_by(name.into(), |name| {
            Box::pin(async move { Ok(lookup_host(name.as_str()).await?.collect()) })
        })
    }

    fn looked_up_by(
        name: FastStr,
        lookup: impl Fn(FastStr) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            name,
            refresh: REFRESH,
            lookup: Arc::new(lookup),
        }
    }

    /// Sets the time between two look-ups. Default 10 s, at least 10 ms.
    #[must_use]
    pub fn refresh(mut self, time: Duration) -> Self {
        self.refresh = time.max(SHORTEST_REFRESH);
        self
    }

    async fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let mut found = (self.lookup)(self.name.clone()).await?;
        if found.is_empty() {
            return Err(io::Error::other("it has no address"));
        }
        // Answers come in any order: the same addresses are no change.
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl Resolver for Dns {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        let mut known = Vec::new();
        loop {
            match self.addresses().await {
                Ok(found) if found == known => {}
                Ok(found) => {
                    let endpoints = found.iter().copied().map(Into::into);
                    updates.set(endpoints.map(Instance::new).collect());
                    known = found;
                }
                Err(error) if known.is_empty() => return Err(unresolved(&self.name, error)),
                Err(error) => events::instances_kept(&self.name, &error),
            }
            sleep(self.refresh).await;
        }
    }
}

#[cold]
fn unresolved(name: &FastStr, cause: io::Error) -> Error {
    let text = format!("instances of {name}: the name is not resolved: {cause}");
    Error::connection(text, cause).before_handler()
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dns")
            .field("name", &self.name)
            .field("refresh", &self.refresh)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::fleet::driver::tests::Watched;
    use crate::sync::lock;

    /// Answers the n-th look-up with the n-th list of ports, and later ones with the last.
    fn answers(lists: &[&[u16]]) -> Dns {
        let mut lists: Vec<Vec<u16>> = lists.iter().map(|ports| ports.to_vec()).collect();
        lists.reverse();
        let lists = Mutex::new(lists);
        Dns::looked_up_by("users:80".into(), move |_| {
            let mut lists = lock(&lists);
            let ports = match lists.len() {
                1 => lists[0].clone(),
                _ => lists.pop().unwrap_or_default(),
            };
            let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
            let found = ports.into_iter().map(address).collect();
            Box::pin(async move { Ok(found) })
        })
    }

    #[tokio::test(start_paused = true)]
    async fn every_address_is_an_instance_and_changes_are_told_once() {
        let dns = answers(&[&[2, 1], &[1, 2], &[3]]).refresh(Duration::from_secs(1));
        let watched = Watched::start(dns);
        assert_eq!(watched.after(Duration::ZERO).await, (1, vec![1, 2]));
        // The same addresses in another order.
        let second = Duration::from_millis(1100);
        assert_eq!(watched.after(second).await, (1, vec![1, 2]));
        assert_eq!(watched.after(second).await, (2, vec![3]));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_address_changes_nothing() {
        let watched = Watched::start(answers(&[&[1], &[], &[2]]));
        assert_eq!(watched.after(Duration::ZERO).await, (1, vec![1]));
        let later = REFRESH + Duration::from_millis(100);
        assert_eq!(watched.after(later).await, (1, vec![1]));
        assert_eq!(watched.after(later).await, (2, vec![2]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_without_address_is_an_error_that_names_it() {
        let watched = Watched::start(answers(&[&[]]));
        let error = watched.error().await;
        assert!(error.message().contains("users:80"), "{error}");
        assert!(error.is_retryable(), "{error}");
    }
}
