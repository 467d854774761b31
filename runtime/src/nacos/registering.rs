//! Servers that put themselves on nacos's list.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::Nacos;
use super::layout::Host;
use super::session::Session;
use crate::error::{Error, Result};
use crate::fleet::{Listing, Registration, Registry};

/// How often a server looks whether nacos still lists it: somebody may have removed the entry. nacos answers with
/// the whole list, however long.
const LOOK: Duration = Duration::from_secs(180);
/// The share of this time that is drawn, so that servers that began together do not ask together.
const JITTER: f64 = 0.4;

/// The entry lives as long as its connection. One that broke is not mended: the server registers again, on
/// another one. The entry of a process that is killed goes with its connection.
impl Registry for Nacos {
    async fn register(&self, registration: &Registration, listing: &mut Listing) -> Result<()> {
        let host = Host::of(registration.instance(), &self.location.cluster)?;
        let doing = || format!("the registration of {registration}");
        let session = self.connections.open().await;
        let session = Arc::new(session.map_err(|error| self.failed(&doing(), &error))?);
        let mut dropped = Dropped {
            nacos: self,
            registration,
            entry: Some((host.clone(), Arc::clone(&session))),
        };
        let Err(error) = keep(&session, registration.service(), &host, listing).await;
        // Closes the connection, with which the entry goes if there is any.
        dropped.entry = None;
        Err(self.failed(&doing(), &error))
    }

    async fn deregister(&self, registration: &Registration) -> Result<()> {
        let removed = self.connections.removed(registration).await;
        removed.map_err(|error| self.failed(&format!("the removal of {registration}"), &error))
    }
}

async fn keep(
    session: &Session,
    service: &str,
    host: &Host,
    listing: &mut Listing,
) -> Result<std::convert::Infallible> {
    session.register(service, host).await?;
    listing.confirm();
    loop {
        tokio::select! {
            error = session.ended() => return Err(error),
            () = sleep(pause()) => {}
        }
        if !session.has(service, host).await? {
            return Err(Error::application("nacos does not list it any more"));
        }
    }
}

/// The time until the next look.
fn pause() -> Duration {
    LOOK.mul_f64(1.0 + JITTER * (fastrand::f64() - 0.5))
}

/// The server stops, or its future was dropped: the entry is taken off before its connection is closed.
struct Dropped<'a> {
    nacos: &'a Nacos,
    registration: &'a Registration,
    entry: Option<(Host, Arc<Session>)>,
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        if let Some((host, session)) = self.entry.take() {
            let connections = &self.nacos.connections;
            connections.remove(self.registration, host, session);
        }
    }
}
