//! A tracer that keeps what it was told of each call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use streamgen_runtime::Side;
use streamgen_runtime::middleware::{RpcFinish, StreamMessage, TracedCall, Tracer};

/// What was told of one call at one side. Messages that failed are counted too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) sent: u32,
    pub(super) received: u32,
    pub(super) sent_bytes: u64,
    pub(super) received_bytes: u64,
    /// How often the call was over, and its bytes then.
    pub(super) finished: u32,
    pub(super) finished_sent: u64,
    pub(super) finished_received: u64,
    pub(super) grpc: bool,
}

/// The calls of a case by side and by the metainfo `RUN`.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Mutex<HashMap<String, Told>>>);

impl Calls {
    pub(super) fn of(&self, side: Side, run: &str) -> Told {
        let all = self.0.lock().unwrap();
        all.get(&format!("{side:?} {run}"))
            .copied()
            .unwrap_or_default()
    }

    fn update(&self, call: &TracedCall, change: impl FnOnce(&mut Told)) {
        let info = call.info();
        let run = info.metainfo("RUN").unwrap_or_default();
        let mut all = self.0.lock().unwrap();
        change(all.entry(format!("{:?} {run}", info.side())).or_default());
    }
}

impl Tracer for Calls {
    fn stream_send(&self, call: &TracedCall, message: &StreamMessage<'_>) {
        self.update(call, |told| {
            told.sent += 1;
            told.sent_bytes += message.size as u64;
        });
    }

    fn stream_recv(&self, call: &TracedCall, message: &StreamMessage<'_>) {
        self.update(call, |told| {
            told.received += 1;
            told.received_bytes += message.size as u64;
        });
    }

    fn rpc_finish(&self, call: &TracedCall, end: &RpcFinish<'_>) {
        self.update(call, |told| {
            told.finished += 1;
            told.finished_sent = end.sent;
            told.finished_received = end.received;
            told.grpc = call.info().protocol() == "GRPC";
        });
    }
}
