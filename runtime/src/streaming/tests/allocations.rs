//! What typed streams allocate by themselves: nothing for a message, with no middleware registered.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};

use allocation_counter::measure;

use super::fake::Fake;
use super::{Message, bytes, message};
use crate::context::Context;
use crate::error::Result;
use crate::middleware::{CallInfo, Hooks, Receiving, RecvNext, SendNext, Sending, StreamHooks};
use crate::streaming::{BidiStreamingClient, BidiStreamingServer};

const MANY: u64 = 100;

/// What is ready.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the wire has everything"),
    }
}

/// Middleware that does nothing, of both directions.
fn hooks() -> StreamHooks {
    async fn recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await
    }
    async fn send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        next.run(send).await
    }
    let hooks = Hooks::new().recv_middleware(recv).send_middleware(send);
    let middleware = hooks.build(&crate::middleware::BuildContext::server(None));
    let middleware = middleware.finish().unwrap();
    StreamHooks::of(&middleware.messages, || CallInfo::server(Context::new())).unwrap()
}

/// The allocations of so many messages received and sent by a client's stream and by a handler's.
/// The wire keeps each message that it is given, and has room for all of them.
fn allocations(hooks: Option<&StreamHooks>) -> (u64, u64) {
    let (near, far) = (
        Fake::with_room(MANY as usize),
        Fake::with_room(MANY as usize),
    );
    for fake in [&near, &far] {
        fake.arrive((0..=MANY).map(|_| bytes("m")));
    }
    let mut client =
        BidiStreamingClient::<Message, Message>::new(Arc::clone(&near) as _, None, hooks);
    let mut handler =
        BidiStreamingServer::<Message, Message>::new(Arc::clone(&far) as _, Context::new(), hooks);
    // The first `recv` takes all messages off the wire.
    now(client.recv()).unwrap().unwrap();
    now(handler.recv()).unwrap().unwrap();
    let received = measure(|| {
        for _ in 0..MANY {
            now(client.recv()).unwrap().unwrap();
            now(handler.recv()).unwrap().unwrap();
        }
    });
    let sent = measure(|| {
        for _ in 0..MANY {
            now(client.send(message("m"))).unwrap();
            now(handler.send(message("m"))).unwrap();
        }
    });
    (received.count_total, sent.count_total)
}

/// What encoding allocates, which is the wire's business.
fn encoded() -> u64 {
    let mut kept = Vec::with_capacity(2 * MANY as usize);
    measure(|| kept.extend((0..2 * MANY).map(|_| bytes("m")))).count_total
}

#[test]
fn a_message_costs_no_allocation_without_middleware() {
    assert_eq!(allocations(None), (0, encoded()));
    // The measurement sees what middleware costs.
    let (received, sent) = allocations(Some(&hooks()));
    assert!(received >= 2 * MANY, "{received}");
    assert!(sent >= encoded() + 2 * MANY, "{sent}");
}

#[test]
fn a_stream_without_middleware_holds_one_pointer_for_it() {
    let word = size_of::<usize>();
    assert_eq!(size_of::<BidiStreamingServer<Message, Message>>(), word);
    assert_eq!(
        size_of::<crate::streaming::BidiServerSender<Message>>(),
        2 * word + word,
        "the stream, and the middleware"
    );
}
