//! How a stream holds its connection, and what becomes of it when the stream ends.

use std::sync::{Arc, Weak};

use tokio::time::Instant;

use super::connection::Connection;
use crate::wire::io::Endpoint;
use crate::wire::pool::Idle;

/// Dropped when the stream has ended.
pub(super) enum Lease {
    /// The connection is shared with other streams; or it is this stream's own, and closes.
    Plain(Arc<Connection>),
    /// The connection goes back to its pool.
    Return {
        connection: Arc<Connection>,
        endpoint: Endpoint,
        pool: Weak<Idle<Arc<Connection>>>,
        since: Instant,
    },
}

impl Lease {
    pub(super) fn connection(&self) -> &Arc<Connection> {
        match self {
            Self::Plain(connection) | Self::Return { connection, .. } => connection,
        }
    }

    /// The stream's whole time was over without a byte from the server: what has waited in the
    /// pool since before that has no better claim to be alive.
    pub(super) fn distrust_pool(&self) {
        if let Self::Return {
            endpoint,
            pool,
            since,
            ..
        } = self
            && let Some(pool) = pool.upgrade()
        {
            pool.distrust(endpoint, *since);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Self::Return {
            connection,
            endpoint,
            pool,
            ..
        } = self
            && let Some(pool) = pool.upgrade()
            && connection.is_alive()
        {
            pool.put(endpoint, Arc::clone(connection));
        }
    }
}
