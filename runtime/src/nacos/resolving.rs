//! Instances that nacos lists.

use std::time::Duration;

use tokio::time::sleep;

use super::Nacos;
use super::layout::{Host, in_service};
use crate::error::{Error, ErrorKind, Result};
use crate::fleet::events;
use crate::fleet::{Resolver, Updates};

/// How often the list is asked for besides, as nacos's own clients do: what nacos tells may be lost.
const LOOK: Duration = Duration::from_secs(30);

/// The destination is the name of the service in nacos. A connection that broke is not mended: the client
/// keeps what it knows, and follows the list again on another one.
impl Resolver for Nacos {
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        let Err(error) = self.follow(destination, updates).await;
        Err(self.failed(&format!("the instances of {destination}"), &error))
    }
}

impl Nacos {
    async fn follow(
        &self,
        service: &str,
        updates: &mut Updates,
    ) -> Result<std::convert::Infallible> {
        let session = self.connections.following().await?;
        let mut told = session.follow(service).await?;
        loop {
            let hosts = told.borrow_and_update().hosts.to_vec();
            self.tell(service, hosts, updates);
            tokio::select! {
                error = session.ended() => return Err(error),
                // The sender lives as long as the session.
                _ = told.changed() => {}
                () = sleep(LOOK) => session.look(service).await?,
            }
        }
    }

    fn tell(&self, service: &str, hosts: Vec<Host>, updates: &mut Updates) {
        let source = format!("{service} in {}", self.location);
        let skipped = |error: Error| events::entry_ignored(&source, error.message());
        let instances = in_service(hosts, &self.location.cluster, skipped);
        if instances.is_empty() && updates.has_instances() {
            // As nacos's own clients: this is what it says when it was restarted.
            events::instances_kept(&source, &"it lists no instance that may get calls");
            return;
        }
        updates.set(instances);
    }

    /// What could not be done, and why.
    pub(super) fn failed(&self, doing: &str, error: &Error) -> Error {
        let text = format!("{doing} in {}: {}", self.location, error.message());
        let failed = Error::new(ErrorKind::Connection, 0, text);
        failed.caused_by(error.clone()).before_handler()
    }
}
