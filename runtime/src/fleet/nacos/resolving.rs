//! Instances that nacos lists.

use std::time::Duration;

use tokio::time::timeout;

use super::Nacos;
use super::layout::{Host, in_service};
use crate::error::{Error, Result};
use crate::fleet::events;
use crate::fleet::{Resolver, Updates};

/// How often the list is asked for besides: the SDK may take up to a minute to subscribe again when nacos
/// has returned.
const LOOK: Duration = Duration::from_secs(30);

/// The destination is the name of the service in nacos.
impl Resolver for Nacos {
    async fn watch(&self, destination: &str, updates: &mut Updates) -> Result<()> {
        let subscriptions = self.connections.subscriptions(&self.location);
        let nacos = subscriptions.connection();
        // Before anything is subscribed to: this says why nothing can be learned.
        self.tell(destination, nacos.list(destination).await?, updates);
        let mut changes = subscriptions.begin(destination).await?;
        loop {
            let hosts = match timeout(LOOK, changes.changed()).await {
                Ok(_) => nacos.told(destination).await?,
                Err(_) => nacos.list(destination).await?,
            };
            self.tell(destination, hosts, updates);
        }
    }
}

impl Nacos {
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
}
