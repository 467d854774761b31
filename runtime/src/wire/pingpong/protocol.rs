//! Ping-pong as a protocol of a server (D).

use std::sync::Arc;

use super::envelope;
use super::message::has_mesh_header;
use super::server::{PingPongServerConfig, serve_connection};
use crate::wire::Dispatch;
use crate::wire::protocol::{Claim, Detected, FIRST_BYTES, Protocol, Serving, Stop};
use crate::wire::ttheader::frame::MAGIC;

/// Ping-pong calls in every framing. Each message of a connection may use another framing.
pub(crate) struct PingPong {
    config: PingPongServerConfig,
}

impl PingPong {
    pub(crate) fn new(config: PingPongServerConfig) -> Self {
        Self { config }
    }
}

impl Protocol for PingPong {
    fn name(&self) -> &'static str {
        "ping-pong"
    }

    /// Claims a TTHeader whatever its flags, because TTHeader Streaming is asked first. Claims a
    /// MeshHeader too, so that its client gets the answer that MeshHeaders are not supported.
    fn claims(&self, first: &[u8; FIRST_BYTES]) -> Claim {
        let [b0, b1, _, _, b4, b5, ..] = *first;
        let is_mine = [b4, b5] == MAGIC.to_be_bytes()
            || has_mesh_header(first)
            || [b0, b1] == envelope::THRIFT
            || envelope::payload_of([b4, b5]).is_some();
        is_mine.into()
    }

    fn serve(&self, detected: Detected, dispatch: Arc<dyn Dispatch>, mut stop: Stop) -> Serving {
        let config = self.config.clone();
        Box::pin(async move {
            let Detected { io, first, peer } = detected;
            // The connection closes after the running call is answered, however long the server may
            // wait. The server drops the connection if that takes too long.
            serve_connection(io, first, peer, dispatch, config, stop.begun()).await;
        })
    }
}
