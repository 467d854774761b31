//! A typed stream whose messages pass middleware.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::end::End;
use super::outbound::SendHooks;
use super::recv_timeout::RecvTimer;
use super::source::Source;
use crate::codec::{AnyMessage, Message};
use crate::error::{Error, Result};
use crate::middleware::{BoxFuture, Receiving, RecvChain, RecvNext, RecvSlot, StreamHooks};

/// The middleware of a stream, on the way in and on the way out.
pub(super) struct Hooked<E: End> {
    recv: Option<RecvHooks>,
    send: Option<SendHooks>,
    _end: std::marker::PhantomData<fn(E)>,
}

impl<E: End> Hooked<E> {
    /// `None` if no middleware is for received messages.
    pub(super) fn receiving<T: Message>(raw: &Arc<E::Raw>, hooks: &StreamHooks) -> Option<Self> {
        let chain = Arc::clone(&hooks.messages.recv);
        if chain.is_empty() {
            return None;
        }
        let slot = Slot::<T, E> {
            source: Source::new(Arc::clone(raw)),
            message: None,
        };
        let receiving = Receiving::new(hooks.call.clone(), Box::new(slot));
        let state = Mutex::new(RecvState::Idle(receiving));
        Some(Self::of(Some(RecvHooks { chain, state }), None))
    }

    /// Adds the middleware of sent messages, if there is any.
    pub(super) fn add_sending(
        hooked: &mut Option<Box<Self>>,
        raw: &Arc<E::Raw>,
        hooks: &StreamHooks,
    ) {
        if let Some(send) = SendHooks::of(E::sink(raw), hooks) {
            hooked
                .get_or_insert_with(|| Box::new(Self::of(None, None)))
                .send = Some(send);
        }
    }

    fn of(recv: Option<RecvHooks>, send: Option<SendHooks>) -> Self {
        let _end = std::marker::PhantomData;
        Self { recv, send, _end }
    }

    pub(super) fn sending(&mut self) -> Option<&mut SendHooks> {
        self.send.as_mut()
    }

    pub(super) fn take_sending(&mut self) -> Option<SendHooks> {
        self.send.take()
    }

    /// The next message, by way of the middleware. The time of a `recv` includes what middleware
    /// takes, as on Kitex's gRPC.
    pub(super) fn poll_message<T: Message>(
        &mut self,
        outer: &mut Source<E>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>>> {
        let Some(recv) = &mut self.recv else {
            return outer.poll_message(cx);
        };
        let mut received = recv.poll::<T, E>(cx);
        if received.is_pending() {
            let error = ready!(outer.poll_timeout(cx))?;
            // The stream has ended. The middleware sees that, unless it waits for something else.
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
    /// Never locked: the mutex makes what only one task uses shareable.
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

/// What the user's `recv` returns. A business status is an error there.
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

/// Where the middleware of a stream finds the message.
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
