//! A server at work on a network.

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::network::Network;
use crate::error::{Error, Result};
use crate::server::ServerBuilder;

/// A server that [`Network::serve`] has started. When it is dropped, the server is killed, as by
/// [`kill`](Self::kill).
#[derive(Debug)]
pub struct Serving {
    /// Dropping it stops the server gracefully.
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<()>>,
}

impl Network {
    /// Starts a server on an address such as `b:80`. When this returns, clients can connect.
    ///
    /// # Errors
    /// The address cannot be understood, or a server listens there. Or the server cannot route calls to its
    /// services: see [`ServerBuilder::bind`].
    pub async fn serve(&self, address: &str, server: ServerBuilder) -> Result<Serving> {
        let server = server.bind(self.listen(address)?).await?;
        let (stop, stopping) = oneshot::channel::<()>();
        let stopped = async move { drop(stopping.await) };
        Ok(Serving {
            stop: Some(stop),
            task: tokio::spawn(server.serve_with_shutdown(stopped)),
        })
    }
}

impl Serving {
    /// Stops the server gracefully: see
    /// [`BoundServer::serve_with_shutdown`](crate::BoundServer::serve_with_shutdown). When this
    /// returns, no handler runs, and the address is free. If the future is dropped, the server is killed.
    ///
    /// # Errors
    /// The server's task has panicked.
    pub async fn stop(mut self) -> Result<()> {
        drop(self.stop.take());
        match (&mut self.task).await {
            Ok(stopped) => stopped,
            Err(_) => Err(Error::application("the server's task has panicked")),
        }
    }

    /// Kills the server. When this returns, its connections are closed, and the address is free. Handlers
    /// end as when the future of [`BoundServer::serve`](crate::BoundServer::serve) is dropped.
    pub async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}
