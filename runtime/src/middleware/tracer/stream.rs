//! A client's stream, as its wire tells of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use super::Traced;
use crate::call::{CallEnds, StreamEnd, StreamWatch};
use crate::metadata::Metadata;
use crate::sync::lock;

/// A stream that carries a call. Each event is told once, whoever finds it out first. A task that finds
/// one out while another task tells an earlier one waits for it, so that tracers see them in order.
pub(super) struct TracedStream {
    call: Arc<Traced>,
    opened: AtomicBool,
    header: AtomicBool,
    ended: AtomicBool,
    /// Held by the thread that tells.
    turn: Mutex<()>,
    /// The thread that tells.
    teller: Mutex<Option<ThreadId>>,
}

impl TracedStream {
    pub(super) fn new(call: Arc<Traced>) -> Self {
        Self {
            call,
            opened: AtomicBool::new(false),
            header: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            turn: Mutex::default(),
            teller: Mutex::default(),
        }
    }

    /// Tells when no other thread does. A tracer may cause an event in its callback, for example by
    /// dropping a stream: that event is told inside of the first one.
    fn in_turn(&self, tell: impl FnOnce()) {
        let here = thread::current().id();
        if *lock(&self.teller) == Some(here) {
            return tell();
        }
        let _turn = lock(&self.turn);
        *lock(&self.teller) = Some(here);
        tell();
        *lock(&self.teller) = None;
    }

    fn tell_opened(&self) {
        if !self.ended.load(Ordering::Relaxed) && !self.opened.swap(true, Ordering::Relaxed) {
            self.call.stream_started();
        }
    }

    fn tell_header(&self, header: &Metadata) {
        if !self.ended.load(Ordering::Relaxed) && !self.header.swap(true, Ordering::Relaxed) {
            // The server may answer before the task that opens the stream goes on.
            self.tell_opened();
            self.call.header(header);
        }
    }

    fn tell_ended(&self, end: StreamEnd<'_>) {
        // A stream that ends before it is open, and not by an answer, was never there.
        if end.trailer.is_some() {
            self.tell_opened();
        }
        if self.ended.swap(true, Ordering::Relaxed) || !self.opened.load(Ordering::Relaxed) {
            return;
        }
        if end.call == CallEnds::GivenUp {
            return self.call.gave_up();
        }
        self.call.stream_finished(end.trailer);
        if end.call == CallEnds::Now {
            self.call.closed(end.error);
        }
    }
}

impl StreamWatch for TracedStream {
    fn opened(&self) {
        self.in_turn(|| self.tell_opened());
    }

    fn header(&self, header: &Metadata) {
        self.in_turn(|| self.tell_header(header));
    }

    fn ended(&self, end: StreamEnd<'_>) {
        self.in_turn(|| self.tell_ended(end));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::*;
    use crate::call::Outgoing;
    use crate::middleware::{
        CallInfo, RpcFinish, StreamFinish, StreamRecvHeader, TracedCall, Tracer,
    };
    use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

    static SERVICE: ServiceInfo = ServiceInfo::new(
        "Peer",
        "peer",
        PayloadCodec::Thrift,
        Transport::TtHeaderStreaming,
        &[MethodInfo::new("Chat", Mode::BidiStreaming)],
    );

    const BY_TRAILER: StreamEnd<'static> = StreamEnd {
        trailer: Some(&Metadata::new()),
        error: None,
        call: CallEnds::Now,
    };

    /// Notes the events, and does something in the first ones.
    struct Log {
        told: Sender<&'static str>,
        in_start: Box<dyn Fn() + Send + Sync>,
        in_header: Box<dyn Fn() + Send + Sync>,
    }

    impl Log {
        fn tell(&self, event: &'static str) {
            self.told.send(event).expect("the test looks at it");
        }
    }

    impl Tracer for Log {
        fn stream_start(&self, _: &TracedCall) {
            (self.in_start)();
            self.tell("start");
        }

        fn stream_recv_header(&self, _: &TracedCall, _: &StreamRecvHeader<'_>) {
            self.tell("header");
            (self.in_header)();
        }

        fn stream_finish(&self, _: &TracedCall, _: &StreamFinish<'_>) {
            self.tell("finish");
        }

        fn rpc_finish(&self, _: &TracedCall, _: &RpcFinish<'_>) {
            self.tell("over");
        }
    }

    fn watched(log: Log) -> Arc<TracedStream> {
        let traced = Traced::new(&Arc::from([Arc::new(log) as Arc<dyn Tracer>]));
        let call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
        traced.start(CallInfo::client(call, "a wire"));
        traced.used();
        Arc::new(TracedStream::new(traced))
    }

    #[test]
    fn an_answer_that_comes_while_a_tracer_is_told_of_the_start_is_told_behind_it() {
        let (told, log) = channel();
        let stream: Arc<OnceLock<Arc<TracedStream>>> = Arc::default();
        let answered = Arc::clone(&stream);
        let answer = move || {
            let stream = Arc::clone(answered.get().expect("it is watched"));
            let (done, is_done) = channel();
            thread::spawn(move || {
                stream.header(&Metadata::new());
                stream.ended(BY_TRAILER);
                let _ = done.send(());
            });
            let waited = is_done.recv_timeout(Duration::from_millis(20));
            assert!(waited.is_err(), "it waits for the start");
        };
        let watched = watched(Log {
            told,
            in_start: Box::new(answer),
            in_header: Box::new(|| ()),
        });
        let _ = stream.set(Arc::clone(&watched));
        watched.opened();
        for event in ["start", "header", "finish", "over"] {
            assert_eq!(log.recv_timeout(Duration::from_secs(30)), Ok(event));
        }
        watched.ended(BY_TRAILER);
        assert!(log.try_recv().is_err(), "each is told once");
    }

    #[test]
    fn a_tracer_may_end_the_stream_that_it_is_told_of() {
        let (told, log) = channel();
        let stream: Arc<OnceLock<Arc<TracedStream>>> = Arc::default();
        let ended = Arc::clone(&stream);
        let watched = watched(Log {
            told,
            in_start: Box::new(|| ()),
            in_header: Box::new(move || ended.get().expect("it is watched").ended(BY_TRAILER)),
        });
        let _ = stream.set(Arc::clone(&watched));
        watched.opened();
        watched.header(&Metadata::new());
        let events: Vec<_> = log.try_iter().collect();
        assert_eq!(events, ["start", "header", "finish", "over"]);
    }
}
