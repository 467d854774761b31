//! TTHeader Streaming as a protocol of a server (6.1).

use std::future::pending;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::serve_connection;
use crate::wire::Dispatch;
use crate::wire::io::Socket;
use crate::wire::protocol::{Claim, Detected, FIRST_BYTES, Protocol, Serving, Stop};
use crate::wire::ttheader::config::Limits;
use crate::wire::ttheader::frame::{FLAG_STREAMING, MAGIC};

/// Streams in frames whose flags have the streaming bit.
pub(crate) struct TtHeaderStreaming {
    limits: Limits,
}

impl TtHeaderStreaming {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl Protocol for TtHeaderStreaming {
    fn name(&self) -> &'static str {
        "TTHeader Streaming"
    }

    fn claims(&self, first: &[u8; FIRST_BYTES]) -> Claim {
        let [_, _, _, _, m0, m1, f0, f1] = *first;
        let is_streaming = u16::from_be_bytes([f0, f1]) & FLAG_STREAMING != 0;
        (u16::from_be_bytes([m0, m1]) == MAGIC && is_streaming).into()
    }

    fn serve(&self, detected: Detected, dispatch: Arc<dyn Dispatch>, stop: Stop) -> Serving {
        Box::pin(serve(detected, dispatch, self.limits.clone(), stop))
    }
}

/// Serves a connection until its last stream has ended, and no longer than the stop allows.
async fn serve(detected: Detected, dispatch: Arc<dyn Dispatch>, limits: Limits, mut stop: Stop) {
    let Detected { io, first, peer } = detected;
    let socket = Socket {
        peer,
        ..Socket::from(io)
    };
    let ((begin, begun), (refuse, refusing)) = (oneshot::channel(), oneshot::channel());
    let over = async move {
        stop.begun().await;
        // A connection that is over has dropped the receivers.
        let _ = begin.send(());
        let stops = |after| {
            let _ = refuse.send(after);
        };
        stop.over(stops).await;
    };
    let begun = async move { drop(begun.await) };
    let refusing = async move {
        match refusing.await {
            Ok(after) => sleep(after).await,
            Err(_) => pending().await,
        }
    };
    // Dropping it at the end of the wait cancels its handlers.
    tokio::select! {
        biased;
        () = serve_connection(socket, first, dispatch, limits, begun, refusing) => {}
        () = over => {}
    }
}
