//! A typed stream whose messages pass middleware, or are told to tracers.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::end::End;
use super::recv_timeout::RecvTimer;
use super::send_hooks::SendHooks;
use super::source::Source;
use crate::codec::{AnyMessage, Message};
use crate::error::{Error, Result};
use crate::middleware::{BoxFuture, Receiving, RecvChain, RecvNext, RecvSlot, StreamHooks, Traced};
use crate::wire::RawStream;

/// The middleware of the messages that a stream receives, and of those that it sends, and the tracers
/// outside of it.
#[derive(Default)]
pub(super) struct Hooked {
    recv: Option<RecvHooks>,
    send: Option<SendHooks>,
    traced: Option<Arc<Traced>>,
    /// What has arrived and is to be told to the tracers when a `recv` takes it. Empty with middleware, whose source
    /// is its own.
    ahead: VecDeque<Bytes>,
}

impl Hooked {
    /// `None` if no middleware and no tracer is for received messages.
    pub(super) fn receiving<T: Message, E: End>(
        raw: &Arc<E::Raw>,
        hooks: &StreamHooks,
    ) -> Option<Self> {
        let traced = hooks.traced.clone();
        let recv = RecvHooks::of::<T, E>(raw, hooks);
        (recv.is_some() || traced.is_some()).then_some(Self {
            recv,
            send: None,
            traced,
            ahead: VecDeque::new(),
        })
    }

    /// Adds the middleware of sent messages, if there is any.
    pub(super) fn add_sending(
        hooked: &mut Option<Box<Self>>,
        raw: Arc<dyn RawStream>,
        hooks: &StreamHooks,
    ) {
        if let Some(send) = SendHooks::of(raw, hooks) {
            hooked.get_or_insert_default().send = Some(send);
        }
    }

    pub(super) fn sending(&mut self) -> Option<&mut SendHooks> {
        self.send.as_mut()
    }

    pub(super) fn take_sending(&mut self) -> Option<SendHooks> {
        self.send.take()
    }

    /// Runs the middleware of a `recv`, and tells the tracers how it ends.
    pub(super) fn poll_message<T: Message, E: End>(
        &mut self,
        outer: &mut Source<E>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>>> {
        let received = ready!(self.poll_chain(outer, cx));
        if let Some(traced) = &self.traced {
            traced.received(&received);
        }
        Poll::Ready(received)
    }

    /// Runs the middleware of a `recv`. `outer` measures the time, so that the limit of a `recv`
    /// includes its middleware, as on Kitex's gRPC.
    fn poll_chain<T: Message, E: End>(
        &mut self,
        outer: &mut Source<E>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>>> {
        let Some(recv) = &mut self.recv else {
            outer.swap_batch(&mut self.ahead);
            let received = outer.poll_message(cx);
            outer.swap_batch(&mut self.ahead);
            return received;
        };
        let mut received = recv.poll::<T, E>(cx);
        if received.is_pending() {
            let error = ready!(outer.poll_timeout(cx))?;
            // The timeout has ended the stream. The middleware sees the end, unless it waits for
            // something else than the stream.
            received = recv.poll::<T, E>(cx);
            if received.is_pending() {
                outer.failed = true;
                return Poll::Ready(Err(error));
            }
        }
        let received = ready!(received);
        RecvTimer::restart(&mut outer.timer);
        outer.failed = received.failed;
        Poll::Ready(received.result)
    }
}

/// The chain of a stream's `recv`s.
struct RecvHooks {
    chain: RecvChain,
    /// Nobody locks the mutex: it only makes the state `Sync`, and one task alone uses it.
    state: Mutex<RecvState>,
}

enum RecvState {
    Idle(Receiving),
    /// A `recv` that is under way, or whose user has dropped it: the next one goes on with it.
    Running(BoxFuture<'static, (Receiving, Result<()>)>),
    /// A middleware has panicked.
    Lost,
}

struct Received<T> {
    result: Result<Option<T>>,
    /// Whether the stream has ended with an error.
    failed: bool,
}

impl RecvHooks {
    /// `None` if no middleware is for received messages.
    fn of<T: Message, E: End>(raw: &Arc<E::Raw>, hooks: &StreamHooks) -> Option<Self> {
        let chain = Arc::clone(&hooks.messages.recv);
        if chain.is_empty() {
            return None;
        }
        let slot = Slot::<T, E> {
            source: Source::new(Arc::clone(raw), hooks.traced.clone()),
            message: None,
        };
        let receiving = Receiving::new(hooks.call.clone(), Box::new(slot));
        let state = Mutex::new(RecvState::Idle(receiving));
        Some(Self { chain, state })
    }

    fn poll<T: Message, E: End>(&mut self, cx: &mut Context<'_>) -> Poll<Received<T>> {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut running = match std::mem::replace(state, RecvState::Lost) {
            RecvState::Idle(receiving) => run(Arc::clone(&self.chain), receiving),
            RecvState::Running(running) => running,
            RecvState::Lost => return Poll::Ready(lost()),
        };
        let Poll::Ready((mut receiving, result)) = running.as_mut().poll(cx) else {
            *state = RecvState::Running(running);
            return Poll::Pending;
        };
        let received = outcome::<T, E>(&mut receiving, result);
        *state = RecvState::Idle(receiving);
        Poll::Ready(received)
    }
}

fn run(chain: RecvChain, mut receiving: Receiving) -> BoxFuture<'static, (Receiving, Result<()>)> {
    Box::pin(async move {
        let result = RecvNext::all(&chain).run(&mut receiving).await;
        (receiving, result)
    })
}

/// The result of the user's `recv`, whose middleware has returned `result`. A business status, which
/// is no error to middleware, is one to the user.
fn outcome<T: Message, E: End>(receiving: &mut Receiving, result: Result<()>) -> Received<T> {
    let (slot, biz) = receiving.finish();
    let slot = (slot as &mut dyn Any).downcast_mut::<Slot<T, E>>();
    let Some(slot) = slot else {
        return lost();
    };
    let result = match (result, slot.message.take(), biz) {
        (Err(error), _, _) | (Ok(()), None, Some(error)) => Err(error),
        (Ok(()), message, _) => Ok(message),
    };
    Received {
        result,
        failed: slot.source.failed,
    }
}

#[cold]
fn lost<T>() -> Received<T> {
    Received {
        result: Err(Error::application(
            "a middleware of this stream has panicked",
        )),
        failed: true,
    }
}

/// Receives messages for the middleware of a stream, and holds the last one.
struct Slot<T, E: End> {
    source: Source<E>,
    message: Option<T>,
}

impl<T: Message, E: End> RecvSlot for Slot<T, E> {
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.message = ready!(self.source.poll_message(cx))?;
        Poll::Ready(Ok(()))
    }

    fn message(&mut self) -> Option<&mut dyn AnyMessage> {
        self.message.as_mut().map(|message| message as _)
    }

    fn place(&mut self) -> &mut dyn Any {
        &mut self.message
    }

    fn clear(&mut self) {
        self.message = None;
    }
}
