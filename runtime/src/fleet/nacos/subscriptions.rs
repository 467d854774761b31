//! What clients have subscribed to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use nacos_sdk::api::naming::{NamingChangeEvent, NamingEventListener};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::connection::Connection;
use crate::error::Result;
use crate::sync::lock;

/// Subscriptions live as long as the connection. If they ended with the last client of a service, the
/// end of one could overtake the begin of the next.
pub(super) struct Subscriptions {
    connection: Arc<Connection>,
    services: Mutex<HashMap<String, Arc<Bell>>>,
}

/// Rings when a list has changed. It does not carry the list: the SDK may hand over two lists in the
/// wrong order.
#[derive(Default)]
struct Bell(watch::Sender<()>);

impl NamingEventListener for Bell {
    fn event(&self, _: Arc<NamingChangeEvent>) {
        self.0.send_replace(());
    }
}

impl Subscriptions {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection: Arc::new(connection),
            services: Mutex::default(),
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Hears of each change of the service's list from now on. To subscribe again does no harm.
    ///
    /// # Errors
    /// nacos is not reached.
    pub(super) async fn begin(&self, service: &str) -> Result<watch::Receiver<()>> {
        let bell = Arc::clone(lock(&self.services).entry(service.to_owned()).or_default());
        let changes = bell.0.subscribe();
        self.connection.subscribe(service, bell).await?;
        Ok(changes)
    }
}

/// Otherwise the SDK would keep its connection for ever, to subscribe again whenever it breaks.
impl Drop for Subscriptions {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let connection = Arc::clone(&self.connection);
        let services = std::mem::take(&mut *lock(&self.services));
        runtime.spawn(async move {
            for (service, bell) in services {
                let _ = connection.unsubscribe(&service, bell).await;
            }
        });
    }
}
