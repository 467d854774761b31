//! Taking an instance off nacos's list for good.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::connection::Connection;
use crate::error::{Error, Result};
use crate::fleet::Registration;

/// nacos-sdk registers what it has not registered every 3 s. One that it had begun when the instance was
/// removed comes within that time.
const STRAGGLERS: Duration = Duration::from_secs(4);

/// A removal that goes on even if nobody waits for it: otherwise the SDK would register the instance again
/// when nacos returns, for as long as the process lives.
pub(super) struct Removal(Option<oneshot::Receiver<Result<()>>>);

impl Removal {
    /// Begins it, on a task. Without a runtime, the process is about to end, and its connections with it.
    pub(super) fn begin(connection: Arc<Connection>, registration: &Registration) -> Self {
        let Ok(runtime) = Handle::try_current() else {
            return Self(None);
        };
        let (first, told) = oneshot::channel();
        runtime.spawn(remove(connection, registration.clone(), first));
        Self(Some(told))
    }

    /// How the first attempt ends.
    ///
    /// # Errors
    /// nacos is not reached, or refuses it.
    pub(super) async fn first_attempt(self) -> Result<()> {
        let ended = || Error::application("the runtime ended before nacos was told");
        match self.0 {
            Some(told) => told.await.unwrap_or_else(|_| Err(ended())),
            None => Err(ended()),
        }
    }
}

async fn remove(
    connection: Arc<Connection>,
    registration: Registration,
    first: oneshot::Sender<Result<()>>,
) {
    let ended = connection.deregister(&registration).await;
    let mut removed = ended.is_ok();
    let _ = first.send(ended);
    loop {
        sleep(STRAGGLERS).await;
        let again = connection.deregister(&registration).await.is_ok();
        if removed && again {
            return;
        }
        removed = again;
    }
}
