//! Limits to the time that the streams of a server's handlers wait.

use std::sync::Arc;
use std::time::Duration;

use super::registry::Registered;
use crate::error::{Error, Result};
use crate::service::Mode;
use crate::streaming::{self, RecvTimeout, ServerEnd};
use crate::wire::ServerRaw;

/// The limits of streams whose handlers set none.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct StreamTimeouts {
    pub(super) recv: Option<RecvTimeout>,
    pub(super) send: Option<Duration>,
}

impl StreamTimeouts {
    /// Limits how long each send on the stream may wait for room.
    pub(super) fn limit(self, mut raw: Arc<dyn ServerRaw>) -> Arc<dyn ServerRaw> {
        if let Some(timeout) = self.send {
            streaming::set_send_timeout::<ServerEnd>(&mut raw, timeout);
        }
        raw
    }

    /// # Errors
    /// A setting that has no effect, because no service has a stream that receives or sends.
    pub(super) fn check(self, services: &[Registered]) -> Result<()> {
        let infos = services.iter().map(|one| one.service.info());
        let methods = infos.flat_map(|info| info.methods);
        let streams = methods
            .into_iter()
            .any(|method| Mode::is_streaming(method.mode));
        let made = [
            self.recv.map(|_| "stream_recv_timeout"),
            self.send.map(|_| "stream_send_timeout"),
        ];
        match made.into_iter().flatten().next().filter(|_| !streams) {
            None => Ok(()),
            Some(setting) => Err(Error::invalid_argument(format!(
                "`.{setting}(…)` has no effect: no service of this server has a stream; leave it out"
            ))),
        }
    }
}
