//! How many connections a server serves at a time.

use std::sync::Arc;

use crate::config::Watching;

/// As many as the program says, or the server's configuration while it runs.
pub(super) struct MaxConnections {
    own: usize,
    config: Option<Arc<Watching>>,
}

impl MaxConnections {
    /// Waits until the configuration is known, so that it holds from the first connection on.
    pub(super) async fn new(own: usize, config: Option<Arc<Watching>>) -> Self {
        if let Some(config) = &config {
            config.settings().await;
        }
        Self { own, config }
    }

    pub(super) fn now(&self) -> usize {
        let configured = self.config.as_ref();
        let configured = configured.and_then(|it| it.settings_now().limit.connections);
        configured.unwrap_or(self.own)
    }
}
