//! Host names.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use faststr::FastStr;
use tokio::net::lookup_host;
use tokio::time::Instant;

use super::sync::lock;

/// How long a resolved name is trusted.
const RESOLVED_FOR: Duration = Duration::from_secs(10);

/// `host:port`, and what it was last resolved to.
pub(super) struct Name {
    text: FastStr,
    resolved: Mutex<Option<(Arc<[SocketAddr]>, Instant)>>,
}

impl Name {
    pub(super) fn new(text: FastStr) -> Self {
        Self {
            text,
            resolved: Mutex::new(None),
        }
    }

    /// All addresses of the name, of both families, in the order of preference of the system
    /// (RFC 6724). One at least.
    pub(super) async fn resolve(&self) -> io::Result<Arc<[SocketAddr]>> {
        let lately = lock(&self.resolved).clone();
        match lately {
            Some((addresses, at)) if at.elapsed() < RESOLVED_FOR => return Ok(addresses),
            _ => {}
        }
        let unresolved = |error: io::Error| {
            io::Error::new(error.kind(), format!("the name is not resolved: {error}"))
        };
        let addresses: Arc<[_]> = lookup_host(self.text.as_str())
            .await
            .map_err(unresolved)?
            .collect();
        if addresses.is_empty() {
            return Err(unresolved(io::Error::other("it has no address")));
        }
        *lock(&self.resolved) = Some((Arc::clone(&addresses), Instant::now()));
        Ok(addresses)
    }

    /// Resolves anew the next time: no address of the last answer could be reached.
    pub(super) fn forget(&self) {
        *lock(&self.resolved) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_resolved_to_all_its_addresses() {
        let name = Name::new("localhost:7".into());
        let addresses = name.resolve().await.unwrap();
        assert!(!addresses.is_empty());
        assert!(
            addresses
                .iter()
                .all(|address| address.ip().is_loopback() && address.port() == 7)
        );
    }
}
