//! Running the handler of a stream: its result, or its panic, becomes the trailers.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use h2::Reason;

use super::stream::IncomingStream;
use crate::call::{Cancellation, Deadline};
use crate::error::{CancelReason, Error, ErrorKind};
use crate::wire::Turn;
use crate::wire::grpc::{GRACEFUL_SHUTDOWN, status};
use crate::wire::supervisor::{Ended, supervise};
use crate::wire::{Route, StreamHandler};

/// Runs `handler` to its end, or until it must not go on: by default also when nobody wants its
/// result any more. It learns of that from its context, and may have something to put in order.
pub(super) async fn run(
    stream: Arc<IncomingStream>,
    handler: StreamHandler,
    route: Route,
    deadline: Option<Deadline>,
    killed: Cancellation,
) {
    let (expired, stopped) = (pin!(expired(deadline)), pin!(killed.cancelled()));
    let (mut expired, mut stopped) = (Fused::new(expired), Fused::new(stopped));
    let mut turn = Turn::default();
    let poll_ended = |cx: &mut Context<'_>| {
        if let Poll::Ready(error) = expired.poll(cx) {
            stream.fail(error.clone());
            return Poll::Ready(error);
        }
        if killed.reason().is_some() {
            ready!(stream.poll_turn(&mut turn, cx));
        }
        let error = canceled_by_stop(ready!(stopped.poll(cx)));
        stream.reset(Reason::from(GRACEFUL_SHUTDOWN), error.clone());
        Poll::Ready(error)
    };
    match supervise(handler, &stream.cancellation, poll_ended).await {
        Ended::Returned(result) => stream.finish(&result),
        Ended::Panicked(panic) => {
            let exception = route.panicked(&panic);
            stream.finish(&Err(status::of_exception(exception, stream.payload())));
        }
        // The caller has its answer or is gone, or this resets its stream.
        Ended::Dropped => stream.finish(&Err(dropped(&stream.cancellation))),
    }
    finished(&stream, &killed).await;
}

/// What a handler that was dropped leaves for its caller.
pub(super) fn dropped(cancellation: &Cancellation) -> Error {
    match cancellation.reason() {
        Some(reason) => reason.clone(),
        None => canceled_by_stop(status::grpc(status::UNAVAILABLE, "graceful shutdown")),
    }
}

/// What a handler sees of a stop: its call is over, on every wire by the same class of error.
pub(super) fn canceled_by_stop(error: Error) -> Error {
    error.with_kind(ErrorKind::Canceled)
}

/// A future that may be asked again when it is done.
pub(super) struct Fused<F>(Option<F>);

impl<F: Future + Unpin> Fused<F> {
    pub(super) fn new(future: F) -> Self {
        Self(Some(future))
    }

    /// Ready once, with what the future gave.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.0 else {
            return Poll::Pending;
        };
        let output = ready!(Pin::new(future).poll(cx));
        self.0 = None;
        Poll::Ready(output)
    }
}

/// Answers a stream that has no handler.
pub(super) async fn refuse(stream: Arc<IncomingStream>, error: Error, killed: Cancellation) {
    stream.finish(&Err(error));
    finished(&stream, &killed).await;
}

/// Waits until the connection has taken all that the handler left: nobody else holds the stream.
async fn finished(stream: &IncomingStream, killed: &Cancellation) {
    tokio::select! {
        biased;
        () = poll_fn(|cx| stream.poll_finished(cx)) => {}
        error = killed.cancelled() => stream.reset(Reason::from(GRACEFUL_SHUTDOWN), error),
    }
}

/// Completes when the caller gives up; never without a deadline.
pub(super) async fn expired(deadline: Option<Deadline>) -> Error {
    Deadline::passed(deadline).await;
    let timeout = deadline.map(|deadline| deadline.timeout);
    status::of_cancel(&CancelReason::Deadline(timeout))
}
