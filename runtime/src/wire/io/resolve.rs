//! Host names.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use faststr::FastStr;
use tokio::net::lookup_host;
use tokio::time::Instant;

use crate::sync::lock;

/// How long a resolved name is trusted.
const RESOLVED_FOR: Duration = Duration::from_secs(10);
/// How long the address that answered goes first: RFC 8305's bound (section 4) for history that is
/// remembered. Then the system's order, and so an address that was dead, gets its chance again.
const PREFERRED_FOR: Duration = Duration::from_secs(600);

/// `host:port`, and what is known of it.
pub(super) struct Name {
    text: FastStr,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    resolved: Option<(Arc<[SocketAddr]>, Instant)>,
    /// The address that a connection was last made to. Without it, each connection would first try
    /// an address that is dead.
    preferred: Option<(SocketAddr, Instant)>,
}

impl Name {
    pub(super) fn new(text: FastStr) -> Self {
        Self {
            text,
            known: Mutex::default(),
        }
    }

    /// All addresses of the name, of both families: the one that answered last, then those of the
    /// system's order of preference (RFC 6724). One at least.
    pub(super) async fn resolve(&self) -> io::Result<Arc<[SocketAddr]>> {
        if let Some(addresses) = lock(&self.known).lately() {
            return Ok(addresses);
        }
        let unresolved = |error: io::Error| {
            io::Error::new(error.kind(), format!("the name is not resolved: {error}"))
        };
        let found = lookup_host(self.text.as_str()).await.map_err(unresolved)?;
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return Err(unresolved(io::Error::other("it has no address")));
        }
        Ok(lock(&self.known).remember(found))
    }

    /// A connection was made to this address.
    pub(super) fn prefer(&self, address: SocketAddr) {
        let known = &mut *lock(&self.known);
        if known
            .preferred
            .is_some_and(|(preferred, _)| preferred == address)
        {
            return;
        }
        known.preferred = Some((address, Instant::now()));
        if let Some((addresses, _)) = &mut known.resolved {
            *addresses = with_first(addresses.to_vec(), address);
        }
    }

    /// Resolves anew the next time: no address of the last answer could be reached.
    pub(super) fn forget(&self) {
        *lock(&self.known) = Known::default();
    }
}

impl Known {
    fn lately(&self) -> Option<Arc<[SocketAddr]>> {
        let (addresses, at) = self.resolved.as_ref()?;
        (at.elapsed() < RESOLVED_FOR).then(|| Arc::clone(addresses))
    }

    fn remember(&mut self, found: Vec<SocketAddr>) -> Arc<[SocketAddr]> {
        self.preferred = self
            .preferred
            .filter(|(_, at)| at.elapsed() < PREFERRED_FOR);
        let addresses = match self.preferred {
            Some((preferred, _)) => with_first(found, preferred),
            None => found.into(),
        };
        self.resolved = Some((Arc::clone(&addresses), Instant::now()));
        addresses
    }
}

/// Puts `first` in front, if it is there.
fn with_first(mut addresses: Vec<SocketAddr>, first: SocketAddr) -> Arc<[SocketAddr]> {
    if let Some(at) = addresses.iter().position(|address| *address == first) {
        addresses[..=at].rotate_right(1);
    }
    addresses.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_resolved_to_all_its_addresses() {
        let name = Name::new("localhost:7".into());
        let addresses = name.resolve().await.unwrap();
        let local = |address: &SocketAddr| address.ip().is_loopback() && address.port() == 7;
        assert!(!addresses.is_empty() && addresses.iter().all(local));
    }

    #[tokio::test(start_paused = true)]
    async fn the_address_that_answered_goes_first_for_a_while() {
        let addresses = [1, 2, 3].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let [one, two, three] = addresses;
        let name = Name::new("peer:80".into());
        lock(&name.known).remember(addresses.to_vec());
        name.prefer(two);
        assert_eq!(*name.resolve().await.unwrap(), [two, one, three]);

        tokio::time::advance(RESOLVED_FOR).await;
        assert!(lock(&name.known).lately().is_none());
        let again = lock(&name.known).remember(addresses.to_vec());
        assert_eq!(*again, [two, one, three]);
        let elsewhere = lock(&name.known).remember(vec![one, three]);
        assert_eq!(*elsewhere, [one, three]);

        tokio::time::advance(PREFERRED_FOR).await;
        let later = lock(&name.known).remember(addresses.to_vec());
        assert_eq!(*later, addresses);
    }
}
