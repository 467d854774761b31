//! Counts what waits to be sent on a connection, because its peer takes it slowly or not at all.
//!
//! While the peer takes all that is written, h2 writes what streams have handed to it before they hand
//! it more. These bytes do not count. They are at most what streams hand over in one turn: less than
//! 32 KiB (`drive_queue.rs`), and then once what h2 takes of one stream, [`SEND_BUFFER`](super::SEND_BUFFER).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::config::GrpcLimits;
use super::events;
use super::status::grpc;
use crate::error::{Code, Error, Side};
use crate::measure::Limit;
use crate::trace::Told;

/// The sum of what waits on one connection.
pub(super) struct Output {
    waiting: AtomicUsize,
    /// Whether h2 holds payloads that it cannot write, or may hold them for long.
    backed_up: AtomicBool,
    /// The most that may wait.
    most: usize,
    side: Side,
    peer: Option<SocketAddr>,
    told: Told,
}

/// A part of that sum, until this is dropped.
pub(super) struct OutputCharge {
    output: Arc<Output>,
    bytes: usize,
}

impl Output {
    pub(super) fn new(limits: &GrpcLimits, side: Side, peer: Option<SocketAddr>) -> Arc<Self> {
        Arc::new(Self {
            waiting: AtomicUsize::new(0),
            backed_up: AtomicBool::new(false),
            most: limits.connection_output,
            side,
            peer,
            told: Told::default(),
        })
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Whether so much waits that the connection may get no further stream, and that its streams may
    /// queue a message at a time only.
    pub(super) fn is_pressed(&self) -> bool {
        self.waiting() >= self.most / 2
    }

    /// Whether more waits than may, or would with so many bytes more. One message may always wait.
    pub(super) fn is_exceeded_by(&self, bytes: usize) -> bool {
        let waiting = self.waiting();
        waiting > 0 && waiting.saturating_add(bytes) > self.most
    }

    /// Whether payloads count while h2 holds them.
    pub(super) fn is_backed_up(&self) -> bool {
        self.backed_up.load(Ordering::Relaxed)
    }

    /// Notes whether h2 holds payloads that it cannot write. Only the connection's task calls this.
    pub(super) fn note_backed_up(&self, backed_up: bool) {
        if backed_up != self.is_backed_up() {
            self.backed_up.store(backed_up, Ordering::Relaxed);
        }
    }

    pub(super) fn charge(self: &Arc<Self>, bytes: usize) -> OutputCharge {
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        OutputCharge {
            output: Arc::clone(self),
            bytes,
        }
    }

    /// What a stream ends with that this limit ends.
    pub(super) fn end_stream(&self) -> Error {
        events::stream_ended(
            &self.told,
            self.side,
            self.peer,
            (Limit::ConnectionOutput, "too much waits to be sent"),
        );
        let most = self.most;
        let text =
            format!("more than {most} bytes wait to be sent on the connection of the stream");
        grpc(Code::RESOURCE_EXHAUSTED, text)
    }
}

impl OutputCharge {
    pub(super) fn output(&self) -> &Arc<Output> {
        &self.output
    }

    /// Counts this instead of what was counted.
    pub(super) fn set(&mut self, bytes: usize) {
        if bytes != self.bytes {
            self.output.waiting.fetch_add(bytes, Ordering::Relaxed);
            self.output.waiting.fetch_sub(self.bytes, Ordering::Relaxed);
            self.bytes = bytes;
        }
    }
}

impl Drop for OutputCharge {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.output.waiting.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}
