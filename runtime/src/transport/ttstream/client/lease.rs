//! How a stream holds its connection, and what becomes of it when the stream ends.

use std::sync::{Arc, Weak};

use super::connection::Connection;
use super::long::Idle;

/// Dropped when the stream has ended.
pub(super) enum Lease {
    /// The connection is shared with other streams; or it is this stream's own, and closes.
    Plain(Arc<Connection>),
    /// The connection goes back to its pool.
    Return(Arc<Connection>, Weak<Idle>),
}

impl Lease {
    pub(super) fn connection(&self) -> &Arc<Connection> {
        match self {
            Self::Plain(connection) | Self::Return(connection, _) => connection,
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Self::Return(connection, idle) = self
            && let Some(idle) = idle.upgrade()
        {
            idle.put(Arc::clone(connection));
        }
    }
}
