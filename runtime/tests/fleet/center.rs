//! A configuration center in memory.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::Result;
use streamgen_runtime::config::{Category, ConfigNames, ConfigSource, ConfigUpdates};
use tokio::sync::watch;
use tokio::time::sleep;

/// A configuration center, whose documents the test writes.
#[derive(Clone)]
pub(crate) struct Center(Arc<watch::Sender<Option<String>>>, Category);

impl Center {
    pub(crate) fn new(category: Category) -> Self {
        Self(Arc::new(watch::Sender::new(None)), category)
    }

    /// Writes a document, or removes it. When this returns, it was told.
    pub(crate) async fn write(&self, document: Option<&str>) {
        self.0.send_replace(document.map(str::to_owned));
        sleep(Duration::from_millis(1)).await;
    }
}

impl ConfigSource for Center {
    async fn watch(&self, names: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        let mut documents = self.0.subscribe();
        loop {
            let document = documents.borrow_and_update().clone();
            let document = document.as_deref().map(str::as_bytes);
            updates.set(self.1, names.path(self.1), document);
            if documents.changed().await.is_err() {
                return Ok(());
            }
        }
    }
}
