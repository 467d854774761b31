//! A call with the tracers that are told of it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::time::Instant;
use tracing::Level;

use super::stream::TracedStream;
use super::{RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader};
use super::{TracedCall, Tracer, TracerList};
use crate::call::{CallWatch, StreamWatch, Watch};
use crate::error::{Error, Result, Side};
use crate::metadata::Metadata;
use crate::middleware::{CallInfo, ContextMap};
use crate::panic;
use crate::service::Mode;
use crate::trace::{Seldom, event_at, target};

/// A call with its tracers.
pub(crate) struct Traced {
    tracers: TracerList,
    /// `None` at a server whose hooks before the call have not ended yet.
    call: OnceLock<TracedCall>,
    sent: Size,
    received: Size,
    /// The call has a stream.
    streamed: AtomicBool,
    /// The user of a client has the stream.
    in_use: AtomicBool,
    finished: AtomicBool,
    /// Its stream was given up before the call was over: that is told behind the end of the call.
    given_up: AtomicBool,
}

/// Bytes of messages in one direction.
#[derive(Debug, Default)]
struct Size {
    last: AtomicUsize,
    all: AtomicU64,
}

impl Size {
    fn note(&self, bytes: usize) {
        self.last.store(bytes, Ordering::Relaxed);
        self.all.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// The `send` or `recv` that is over. Its size is 0 if its middleware has used the wire for nothing.
    fn message<'a>(&self, error: Option<&'a Error>) -> StreamMessage<'a> {
        let last = self.last.swap(0, Ordering::Relaxed);
        StreamMessage {
            at: Instant::now().into_std(),
            size: error.map_or(last, |_| 0),
            error,
        }
    }

    fn all(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }
}

impl Traced {
    /// A call that has not begun.
    pub(crate) fn new(tracers: &TracerList) -> Arc<Self> {
        Arc::new(Self {
            tracers: Arc::clone(tracers),
            call: OnceLock::new(),
            sent: Size::default(),
            received: Size::default(),
            streamed: AtomicBool::new(false),
            in_use: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        })
    }

    /// The call begins.
    pub(crate) fn start(&self, info: CallInfo) {
        if self.call.set(TracedCall::begin(info)).is_ok() {
            self.each(|tracer, call| tracer.rpc_start(call));
        }
    }

    /// What a wire tells of the client's streams that carry the call.
    pub(crate) fn watch(self: &Arc<Self>) -> Watch {
        Watch::new(Arc::clone(self) as _)
    }

    /// The call as its tracers see it, once it has begun.
    pub(crate) fn call(&self) -> Option<&TracedCall> {
        self.call.get()
    }

    /// What the tracers keep of the call.
    pub(crate) fn state(&self) -> ContextMap {
        let state = self.call().map(TracedCall::state);
        state.cloned().unwrap_or_default()
    }

    /// The user of the client has the stream from now on.
    pub(crate) fn used(&self) {
        self.in_use.store(true, Ordering::Release);
    }

    pub(crate) fn note_sent(&self, bytes: usize) {
        self.sent.note(bytes);
    }

    pub(crate) fn note_received(&self, bytes: usize) {
        self.received.note(bytes);
    }

    /// A `send` is over. A client's call is over with the first that fails.
    pub(crate) fn sent(&self, result: &Result<()>) {
        let error = result.as_ref().err();
        let event = self.sent.message(error);
        self.each(|tracer, call| tracer.stream_send(call, &event));
        if error.is_some() && self.is_client() {
            self.finish(error, false);
        }
    }

    /// A `recv` is over. A client's call is over with the first that has no message, or that has the
    /// only one.
    pub(crate) fn received<T>(&self, result: &Result<Option<T>>) {
        let error = result.as_ref().err();
        if !matches!(result, Ok(None)) {
            let event = self.received.message(error);
            self.each(|tracer, call| tracer.stream_recv(call, &event));
        }
        let last = !matches!(result, Ok(Some(_))) || self.mode() == Some(Mode::ClientStreaming);
        if last && self.is_client() {
            self.finish(error, false);
        }
    }

    pub(crate) fn stream_started(&self) {
        self.streamed.store(true, Ordering::Relaxed);
        self.each(|tracer, call| tracer.stream_start(call));
    }

    pub(super) fn header(&self, header: &Metadata) {
        let at = Instant::now().into_std();
        let event = StreamRecvHeader { at, header };
        self.each(|tracer, call| tracer.stream_recv_header(call, &event));
    }

    pub(crate) fn stream_finished(&self, trailer: Option<&Metadata>) {
        let at = Instant::now().into_std();
        let event = StreamFinish { at, trailer };
        self.each(|tracer, call| tracer.stream_finish(call, &event));
    }

    /// The wire has ended the stream, and the call with it if its user has the stream.
    pub(super) fn closed(&self, error: Option<&Error>) {
        if self.in_use.load(Ordering::Acquire) {
            self.finish(error, false);
        }
    }

    /// The stream was given up by a caller who waits no longer. Kitex tells of the call first.
    pub(super) fn gave_up(&self) {
        match self.finished.load(Ordering::Acquire) {
            true => self.stream_finished(None),
            false => self.given_up.store(true, Ordering::Release),
        }
    }

    /// The handler has ended, and its stream with it.
    pub(crate) fn handled(&self, error: Option<&Error>, panicked: bool) {
        let over = self.finished.load(Ordering::Acquire);
        if !over && self.streamed.load(Ordering::Relaxed) {
            self.stream_finished(None);
        }
        self.finish(error, panicked);
    }

    /// The call is over. Only the first end counts.
    pub(crate) fn finish(&self, error: Option<&Error>, panicked: bool) {
        let Some(call) = self.call() else { return };
        if self.finished.swap(true, Ordering::AcqRel) {
            return;
        }
        let biz_status = error.and_then(Error::biz_status);
        let now = Instant::now();
        let event = RpcFinish {
            at: now.into_std(),
            elapsed: now - call.began,
            error: error.filter(|_| biz_status.is_none()),
            biz_status,
            panicked,
            sent: self.sent.all(),
            received: self.received.all(),
        };
        for tracer in self.tracers.iter().rev() {
            self.guarded(|| tracer.rpc_finish(call, &event));
        }
        if self.given_up.swap(false, Ordering::AcqRel) {
            self.stream_finished(None);
        }
    }

    fn is_client(&self) -> bool {
        let call = self.call();
        call.is_some_and(|call| call.info().side() == Side::Client)
    }

    fn mode(&self) -> Option<Mode> {
        self.call().map(|call| call.info().mode())
    }

    /// Tells every tracer, in the order of their registration.
    fn each(&self, tell: impl Fn(&dyn Tracer, &TracedCall)) {
        let Some(call) = self.call() else { return };
        for tracer in &*self.tracers {
            self.guarded(|| tell(&**tracer, call));
        }
    }

    /// Runs code of a tracer, which must not harm the call, as in Kitex; nor other tracers, which Kitex
    /// would leave out.
    fn guarded(&self, tell: impl FnOnce()) {
        static LAST: Seldom = Seldom::new();
        if let Err(panic) = panic::catch(tell) {
            let (level, panic) = (LAST.level(Level::WARN), panic.text());
            match self.is_client() {
                true => event_at!(level, target: target::CLIENT, panic, "tracer panicked"),
                false => event_at!(level, target: target::SERVER, panic, "tracer panicked"),
            }
        }
    }
}

impl CallWatch for Traced {
    fn stream(self: Arc<Self>) -> Arc<dyn StreamWatch> {
        Arc::new(TracedStream::new(self))
    }
}
