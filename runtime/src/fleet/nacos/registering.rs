//! Servers that put themselves on nacos's list.

use std::time::Duration;

use tokio::time::sleep;

use super::Nacos;
use super::connection::Connection;
use super::layout::Host;
use crate::error::{Error, Result};
use crate::fleet::{Listing, Registration, Registry};

/// How often a server looks whether nacos still lists it: twice as often as the SDK asks nacos for the list
/// of a service that a client calls. The SDK registers again by itself when its connection breaks; this finds
/// what the SDK does not, such as an entry that somebody has removed.
const LOOK: Duration = Duration::from_secs(30);

/// The entry of a process that is killed goes when its connection breaks, or when nacos has heard nothing
/// of it for some time (20 s in nacos 2).
impl Registry for Nacos {
    async fn register(&self, registration: &Registration, listing: &mut Listing) -> Result<()> {
        let nacos = self.connections.of(registration, &self.location);
        let mut dropped = Dropped(Some((self, registration)));
        let ended = keep(&nacos, registration, listing).await;
        dropped.0 = None;
        ended
    }

    async fn deregister(&self, registration: &Registration) -> Result<()> {
        match self.connections.removal(registration) {
            Some(removal) => removal.first_attempt().await,
            None => Ok(()),
        }
    }
}

async fn keep(
    nacos: &Connection,
    registration: &Registration,
    listing: &mut Listing,
) -> Result<()> {
    nacos.register(registration).await?;
    listing.confirm();
    loop {
        sleep(LOOK).await;
        let host = nacos.host(registration)?;
        let hosts = nacos.list(registration.service()).await?;
        if !hosts.iter().any(|one| Host::is_at(one, &host)) {
            return Err(Error::application("nacos does not list it any more"));
        }
    }
}

/// The server stops, or its future was dropped: the SDK, which has a thread of its own, would keep the entry
/// on the list.
struct Dropped<'a>(Option<(&'a Nacos, &'a Registration)>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        if let Some((nacos, registration)) = self.0 {
            nacos.connections.remove(registration);
        }
    }
}
