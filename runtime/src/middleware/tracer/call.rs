//! The call that a tracer is told of.

use std::time::Instant;

use tokio::time;

use crate::middleware::{CallInfo, ContextMap};

/// The call that a [`Tracer`](super::Tracer) is told of.
#[derive(Debug)]
pub struct TracedCall {
    info: CallInfo,
    state: ContextMap,
    pub(super) began: time::Instant,
}

impl TracedCall {
    /// A call that begins now. Its state is the map among its extensions, if it has one.
    pub(super) fn begin(info: CallInfo) -> Self {
        let state = info.extensions().get::<ContextMap>().cloned();
        Self {
            info,
            state: state.unwrap_or_default(),
            began: time::Instant::now(),
        }
    }

    /// The call as it was when it began: service, method, wire, peer, deadline, metadata. Changes that
    /// a client's middleware makes are not here.
    #[must_use]
    pub fn info(&self) -> &CallInfo {
        &self.info
    }

    /// What tracers keep of the call between its events. It is the [`ContextMap`] among the call's
    /// extensions: middleware, and a server's handler, find it there.
    #[must_use]
    pub fn state(&self) -> &ContextMap {
        &self.state
    }

    /// When the call began.
    #[must_use]
    pub fn began(&self) -> Instant {
        self.began.into_std()
    }
}
