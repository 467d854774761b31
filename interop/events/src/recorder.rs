//! A tracer that writes down what it is told.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use streamgen_runtime::Error;
use streamgen_runtime::middleware::{
    RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader, TracedCall, Tracer,
};
use tokio::sync::Notify;

/// What was told of one call, in order. Clones are the same log.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    events: Mutex<Events>,
    added: Notify,
}

#[derive(Debug, Default)]
struct Events {
    /// Empty for a call that belongs to no conversation: it opens a gate.
    talk: String,
    events: Vec<String>,
}

impl Log {
    /// The log of a conversation.
    #[must_use]
    pub fn of(talk: &str) -> Self {
        let log = Self::default();
        log.belongs_to(talk);
        log
    }

    pub(crate) fn belongs_to(&self, talk: &str) {
        self.lock().talk = talk.to_owned();
    }

    /// Returns when an event of that name has been told.
    pub(crate) async fn wait(&self, name: &str) {
        loop {
            let mut added = std::pin::pin!(self.0.added.notified());
            added.as_mut().enable();
            if self
                .lock()
                .events
                .iter()
                .any(|event| event.starts_with(name))
            {
                return;
            }
            added.await;
        }
    }

    /// The name of the conversation, and its events.
    #[must_use]
    pub fn take(&self) -> (String, Vec<String>) {
        let mut events = self.lock();
        (events.talk.clone(), std::mem::take(&mut events.events))
    }

    fn add(&self, event: String) {
        self.lock().events.push(event);
        self.0.added.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Events> {
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Finished = dyn Fn(&Log) + Send + Sync;

/// Writes down what it is told: at a client in one log, at a server in a log for each call, which the
/// call's handler finds in the map that tracers share.
pub struct Recorder {
    log: Option<Log>,
    /// Is called with the log of a call that is over.
    finished: Box<Finished>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// For a client with one call.
    #[must_use]
    pub fn client(log: Log) -> Self {
        let (log, finished) = (Some(log), Box::new(|_: &Log| ()));
        Self { log, finished }
    }

    /// For a server.
    #[must_use]
    pub fn server(finished: impl Fn(&Log) + Send + Sync + 'static) -> Self {
        let (log, finished) = (None, Box::new(finished));
        Self { log, finished }
    }
}

fn add(call: &TracedCall, event: String) {
    if let Some(log) = call.state().get::<Log>() {
        log.add(event);
    }
}

fn failed(error: Option<&Error>) -> &'static str {
    error.map_or("", |_| " error")
}

fn message(event: &StreamMessage<'_>) -> String {
    match event.error {
        Some(_) => "error".to_owned(),
        None => event.size.to_string(),
    }
}

impl Tracer for Recorder {
    fn rpc_start(&self, call: &TracedCall) {
        call.state().insert(self.log.clone().unwrap_or_default());
        add(call, "RPCStart".to_owned());
    }

    fn stream_start(&self, call: &TracedCall) {
        add(call, "StreamStart".to_owned());
    }

    fn stream_recv_header(&self, call: &TracedCall, _: &StreamRecvHeader<'_>) {
        add(call, "StreamRecvHeader".to_owned());
    }

    fn stream_send(&self, call: &TracedCall, event: &StreamMessage<'_>) {
        add(call, format!("StreamSend {}", message(event)));
    }

    fn stream_recv(&self, call: &TracedCall, event: &StreamMessage<'_>) {
        add(call, format!("StreamRecv {}", message(event)));
    }

    fn stream_finish(&self, call: &TracedCall, _: &StreamFinish<'_>) {
        add(call, "StreamFinish".to_owned());
    }

    fn rpc_finish(&self, call: &TracedCall, end: &RpcFinish<'_>) {
        let failed = failed(end.error);
        let event = format!(
            "RPCFinish{failed} sent={} received={}",
            end.sent, end.received
        );
        add(call, event);
        if let Some(log) = call.state().get::<Log>() {
            (self.finished)(&log);
        }
    }
}
