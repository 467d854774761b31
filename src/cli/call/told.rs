//! `-v` and `-meta-backward`: what happens to a call, on standard error.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use streamgen_runtime::Metadata;
use streamgen_runtime::middleware::{
    RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader, TracedCall, Tracer,
};

use super::call_args::CallArgs;
use super::print::Printer;

/// Tells of the calls of a run, one after the other.
#[derive(Clone)]
pub(super) struct Told {
    verbose: bool,
    metadata: bool,
    address: String,
    printer: Arc<Printer>,
    call: Arc<Mutex<Counted>>,
}

/// What is known of the call.
#[derive(Default)]
struct Counted {
    began: Option<Instant>,
    sent: Messages,
    received: Messages,
    /// When the first message came, from the call's beginning.
    first: Option<Duration>,
    /// It may arrive before the responses in front of it are read.
    trailer: Option<Metadata>,
}

#[derive(Default)]
struct Messages {
    count: u64,
    bytes: usize,
}

impl Messages {
    fn add(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes;
    }
}

impl std::fmt::Display for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { count, bytes } = self;
        write!(f, "{count} ({bytes} bytes)")
    }
}

impl Told {
    pub(super) fn of(args: &CallArgs, printer: &Arc<Printer>) -> Self {
        Self {
            verbose: args.verbose,
            metadata: args.verbose || args.meta_backward,
            address: args.addr.join(", "),
            printer: Arc::clone(printer),
            call: Arc::default(),
        }
    }

    /// Whether anybody wants to know.
    pub(super) fn is_on(&self) -> bool {
        self.metadata
    }

    fn call(&self) -> MutexGuard<'_, Counted> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verbose(&self, line: &str) {
        if self.verbose {
            self.printer.note(line);
        }
    }

    /// A line for each pair.
    pub(super) fn metadata(&self, what: &str, pairs: &Metadata) {
        for (key, value) in pairs.iter().filter(|_| self.metadata) {
            self.printer.note(&format!("< {what} {key}: {value}"));
        }
    }

    /// The call is over, for whoever made it.
    pub(super) fn over(&self) {
        let call = std::mem::take(&mut *self.call());
        if let Some(trailer) = &call.trailer {
            self.metadata("trailer", trailer);
        }
        // Nothing is told of a call that was never begun.
        let Some(began) = call.began else { return };
        let mut line = format!("= {} sent, {} received", call.sent, call.received);
        if let Some(first) = call.first {
            let _ = write!(line, "; the first after {}", ms(first));
        }
        let _ = write!(line, "; over after {}", ms(began.elapsed()));
        self.verbose(&line);
    }
}

impl Tracer for Told {
    fn rpc_start(&self, call: &TracedCall) {
        self.call().began = Some(call.began());
        let call = call.info();
        let (service, method, wire) = (call.service(), call.method(), call.protocol());
        self.verbose(&format!(
            "> {service}/{method} over {wire} to {}",
            self.address
        ));
    }

    fn stream_recv_header(&self, call: &TracedCall, event: &StreamRecvHeader<'_>) {
        if call.info().mode().is_streaming() {
            self.metadata("header", event.header);
        }
    }

    fn stream_send(&self, _: &TracedCall, event: &StreamMessage<'_>) {
        if event.error.is_none() {
            self.call().sent.add(event.size);
        }
    }

    fn stream_recv(&self, call: &TracedCall, event: &StreamMessage<'_>) {
        if event.error.is_some() {
            return;
        }
        let after = event.at.saturating_duration_since(call.began());
        let count = {
            let mut call = self.call();
            call.received.add(event.size);
            call.first.get_or_insert(after);
            call.received.count
        };
        let size = event.size;
        self.verbose(&format!(
            "< response {count}: {size} bytes after {}",
            ms(after)
        ));
    }

    fn stream_finish(&self, call: &TracedCall, event: &StreamFinish<'_>) {
        if call.info().mode().is_streaming() {
            self.call().trailer = event.trailer.cloned();
        }
    }

    fn rpc_finish(&self, call: &TracedCall, event: &RpcFinish<'_>) {
        if call.info().mode().is_streaming() {
            return;
        }
        let sizes = [event.sent, event.received].map(|size| usize::try_from(size).unwrap_or(0));
        let mut call = self.call();
        call.sent.add(sizes[0]);
        if event.error.is_none() && event.received > 0 {
            call.received.add(sizes[1]);
            call.first = Some(event.elapsed);
        }
    }
}

fn ms(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1000.0)
}
