//! What both sides of a connection share: its out buffer, its backlog, its end.

use std::time::Duration;

use super::backlog::Backlog;
use super::config::Limits;
use super::errors::{closed_here, from_encode, from_io};
use crate::call::Cancellation;
use crate::error::{Error, Result, Side};
use crate::wire::Ahead;
use crate::wire::io::BoxWriter;
use crate::wire::outbox::{FrameBatch, Outbox};
use crate::wire::ttheader::state::Outgoing;

/// How long a connection that is being closed may take to write its last frames.
const LINGER: Duration = Duration::from_secs(5);

/// The shared part of one connection.
pub(super) struct ConnectionState {
    pub(super) side: Side,
    pub(super) out: Outbox,
    pub(super) backlog: Backlog,
    /// What the streams hold ahead of their consumers, beside the backlog.
    pub(super) ahead: Ahead,
    pub(super) limits: Limits,
    /// Fires when the connection is of no more use.
    pub(super) closed: Cancellation,
    /// Fires when the connection is to be closed once its frames are written.
    finishing: Cancellation,
}

impl ConnectionState {
    pub(super) fn new(side: Side, writer: BoxWriter, limits: Limits) -> Self {
        Self {
            side,
            out: Outbox::new(writer, limits.out_high_water, limits.send_timeout),
            backlog: Backlog::default(),
            ahead: Ahead::new(limits.most_ahead()),
            limits,
            closed: Cancellation::new(),
            finishing: Cancellation::new(),
        }
    }

    /// Queues `frames` of one stream, all or none. `on_queued` runs while no other frame can come
    /// in between.
    pub(super) fn push(
        &self,
        sid: i32,
        method: &str,
        frames: &[Outgoing],
        on_queued: impl FnOnce(),
    ) -> Result<()> {
        self.out.push_control(|batch| {
            append(batch, sid, method, frames).map_err(|error| from_encode(self.side, error))?;
            on_queued();
            Ok(())
        })
    }

    /// Accepts no further frames, and closes when those that wait are written.
    pub(super) fn finish(&self) {
        let reason = closed_here(self.side);
        self.out.finish(reason.clone());
        self.finishing.cancel(reason);
    }

    /// Writes until the connection ends, and says why it did.
    pub(super) async fn write_all(&self) -> Error {
        let lingered = async {
            let reason = self.finishing.cancelled().await;
            tokio::time::sleep(LINGER).await;
            reason
        };
        tokio::select! {
            biased;
            reason = self.closed.cancelled() => reason,
            written = self.out.write_all() => match written {
                Ok(()) => closed_here(self.side),
                Err(error) => from_io(self.side, error),
            },
            reason = lingered => reason,
        }
    }
}

fn append(
    batch: &mut FrameBatch,
    sid: i32,
    method: &str,
    frames: &[Outgoing],
) -> Result<(), crate::wire::ttheader::frame::EncodeError> {
    for frame in frames {
        frame.write(sid, method, batch.bytes.buf())?;
        batch.add_frame();
    }
    Ok(())
}
