//! Streams whose messages are told to tracers, and have no middleware.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use super::fake::Fake;
use super::{Message, bytes, message};
use crate::context::Context;
use crate::middleware::{CallInfo, StreamHooks, StreamMessage, Traced, TracedCall, Tracer};
use crate::streaming::BidiStreamingServer;

/// Notes the sizes of messages.
#[derive(Default)]
struct Sizes {
    received: Mutex<Vec<usize>>,
    sent: Mutex<Vec<usize>>,
}

impl Tracer for Sizes {
    fn stream_recv(&self, _: &TracedCall, message: &StreamMessage<'_>) {
        self.received.lock().unwrap().push(message.size);
    }

    fn stream_send(&self, _: &TracedCall, message: &StreamMessage<'_>) {
        self.sent.lock().unwrap().push(message.size);
    }
}

/// A handler's stream, with that tracer alone.
fn stream(fake: &Arc<Fake>, tracer: &Arc<Sizes>) -> BidiStreamingServer<Message, Message> {
    let traced = Traced::new(&Arc::from([Arc::clone(tracer) as Arc<dyn Tracer>]));
    traced.start(CallInfo::server(Context::new()));
    let hooks = StreamHooks::traced(None, Some(&traced));
    BidiStreamingServer::new(Arc::clone(fake) as _, Context::new(), hooks.as_ref())
}

/// Polls once, and drops what is not ready.
fn once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut TaskContext::from_waker(Waker::noop()))
}

#[tokio::test]
async fn each_message_is_told_when_a_recv_takes_it() {
    let (fake, tracer) = (Fake::new(), Arc::<Sizes>::default());
    let mut stream = stream(&fake, &tracer);
    assert!(once(stream.recv()).is_pending());
    assert_eq!(fake.seen().asked, 1);

    let texts = ["a", "bb", "ccc"];
    fake.arrive(texts.map(bytes));
    let mut told = Vec::new();
    for text in texts {
        assert_eq!(stream.recv().await.unwrap().unwrap().message, text);
        told.push(bytes(text).len());
        assert_eq!(*tracer.received.lock().unwrap(), told);
    }
    assert_eq!(fake.seen().asked, 2, "once for the three");
}

#[tokio::test]
async fn a_send_is_told_when_it_is_over() {
    let (fake, tracer) = (Fake::new(), Arc::<Sizes>::default());
    let mut stream = stream(&fake, &tracer);
    fake.seen().full = true;
    assert!(once(stream.send(message("lost"))).is_pending());
    assert!(tracer.sent.lock().unwrap().is_empty());

    fake.drain();
    stream.send(message("sent")).await.unwrap();
    assert_eq!(tracer.sent.lock().unwrap().len(), 1);
}
