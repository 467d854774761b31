//! The receiving direction of a stream at the side that runs its handler.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;

use crate::call::Cancellation;
use crate::error::{Error, Result};
use crate::wire::Turn;
use crate::wire::grpc::body::{Body, Broken};
use crate::wire::grpc::ledger::{AheadCharge, Receiving};

/// The receiving direction.
pub(super) struct ReceiveState {
    pub(super) body: Option<Body>,
    /// Counts what the handler has at hand.
    ahead: AheadCharge,
    /// The task that waits for a message.
    reader: Option<Waker>,
    /// How the receiving direction ended.
    end: Option<Result<(), Refused>>,
    /// Whether the handler has received that end.
    end_told: bool,
    /// Why the stream is gone, until its task has its turn to say so.
    lost: Option<Box<Lost>>,
}

struct Lost {
    error: h2::Error,
    turn: Turn,
}

/// Why nothing more is received.
#[derive(Clone)]
pub(super) enum Refused {
    /// The client broke the rules of gRPC.
    Message(Error),
    /// The stream has ended; `None`: with the handler.
    Ended(Option<Error>),
}

impl ReceiveState {
    pub(super) fn new(body: Body) -> Self {
        Self {
            ahead: body.account().ahead_charge(),
            body: Some(body),
            reader: None,
            end: None,
            end_told: false,
            lost: None,
        }
    }

    /// Lets the connection reach the stream.
    pub(super) fn bind<S: Receiving + 'static>(&self, stream: &Arc<S>) {
        if let Some(body) = &self.body {
            body.account().bind(stream);
        }
    }

    /// See [`Receiving::compact`].
    pub(super) fn compact(&mut self) -> usize {
        let reader = self.reader.as_ref().unwrap_or(Waker::noop());
        let cx = &mut Context::from_waker(reader);
        self.body.as_mut().map_or(0, |body| body.compact(cx))
    }

    /// Nothing more is received. Gives what is to be dropped, and who is to be woken, without the
    /// lock.
    pub(super) fn refuse(&mut self, error: Error) -> (Option<Body>, Option<Waker>) {
        self.end = Some(Err(Refused::Message(error)));
        (self.body.take(), self.take_reader())
    }

    /// The task that waits for a message, to be woken without the lock.
    pub(super) fn take_reader(&mut self) -> Option<Waker> {
        self.reader.take()
    }

    /// Receives messages until the stream ends, or `cancellation` fires.
    pub(super) fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
        batch: &mut VecDeque<Bytes>,
        cancellation: &Cancellation,
        canceled_by_peer: impl Fn(&h2::Error) -> Error,
    ) -> Poll<Result<bool, Refused>> {
        if batch.is_empty() {
            self.ahead.give_back();
        }
        if let Some(end) = self.end.take() {
            return Poll::Ready(self.tell_end(end, cancellation));
        }
        let Some(body) = &mut self.body else {
            return Poll::Ready(Err(Refused::Ended(None)));
        };
        if self.lost.is_some() {
            return self.poll_lost(cx, canceled_by_peer);
        }
        let before = batch.len();
        let taken = body.take_batch(cx, batch, &mut self.ahead);
        let some = batch.len() > before;
        let end = match taken {
            Ok(()) | Err(Poll::Pending) if some => {
                // The peer may go on when its messages are taken.
                body.release();
                return Poll::Ready(Ok(true));
            }
            Ok(()) | Err(Poll::Pending) => {
                match &mut self.reader {
                    Some(reader) => reader.clone_from(cx.waker()),
                    None => self.reader = Some(cx.waker().clone()),
                }
                // The reason is read behind the registration: a later cancel finds the reader, and wakes it.
                let Some(reason) = cancellation.reason() else {
                    return Poll::Pending;
                };
                Err(Refused::Ended(Some(reason.clone())))
            }
            Err(Poll::Ready(Ok(_))) => Ok(()),
            Err(Poll::Ready(Err(Broken::Message(error)))) => Err(Refused::Message(error)),
            Err(Poll::Ready(Err(Broken::Stream(error)))) => {
                let turn = Turn::default();
                self.lost = Some(Box::new(Lost { error, turn }));
                return match some {
                    true => Poll::Ready(Ok(true)),
                    false => self.poll_lost(cx, canceled_by_peer),
                };
            }
        };
        if some {
            // What arrived before comes first.
            self.end = Some(end);
            return Poll::Ready(Ok(true));
        }
        Poll::Ready(self.tell_end(end, cancellation))
    }

    /// Tells the handler how the receiving direction ended; each later call tells the same. If the call is cancelled
    /// before the handler has received the client's half-close, the handler receives the cancel instead, as
    /// over TTHeader Streaming: the client may have given up before it had sent everything.
    fn tell_end(
        &mut self,
        mut end: Result<(), Refused>,
        cancellation: &Cancellation,
    ) -> Result<bool, Refused> {
        if end.is_ok()
            && !self.end_told
            && let Some(reason) = cancellation.reason()
        {
            end = Err(Refused::Ended(Some(reason.clone())));
        }
        self.end_told = true;
        // Nobody waits any more.
        self.reader = None;
        self.end = Some(end.clone());
        end.map(|()| false)
    }

    /// Ends the stream: when its task has its turn, if the whole connection is gone.
    fn poll_lost(
        &mut self,
        cx: &Context<'_>,
        canceled_by_peer: impl Fn(&h2::Error) -> Error,
    ) -> Poll<Result<bool, Refused>> {
        if let (Some(lost), Some(body)) = (&mut self.lost, &self.body)
            && !lost.error.is_reset()
        {
            ready!(lost.turn.poll(body.account().turns(), cx));
        }
        let lost = self.lost.take();
        let refused = Refused::Ended(lost.map(|lost| canceled_by_peer(&lost.error)));
        self.end = Some(Err(refused.clone()));
        Poll::Ready(Err(refused))
    }
}
