//! Running the handler of a stream: its result, or its panic, becomes the trailers.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use faststr::FastStr;
use h2::Reason;
use tokio::time::sleep_until;

use super::stream::Stream;
use crate::cancellation::Cancellation;
use crate::deadline::Deadline;
use crate::error::{CancelReason, Error};
use crate::panic;
use crate::transport::StreamHandler;
use crate::transport::grpc::{GRACEFUL_SHUTDOWN, status};

/// Runs `handler` to its end, also when nobody wants its result any more: it learns of that from
/// its context, and may have something to put in order.
pub(super) async fn run(
    stream: Arc<Stream>,
    handler: StreamHandler,
    (service, method): (FastStr, FastStr),
    deadline: Option<Deadline>,
    killed: Cancellation,
) {
    let mut handler = pin!(panic::catch(handler, &service, &method));
    let mut expired = pin!(expired(deadline));
    let mut stopped = pin!(killed.cancelled());
    let (mut late, mut stopping) = (false, false);
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = &mut handler => break outcome,
            error = &mut expired, if !late => {
                late = true;
                stream.fail(error);
            }
            error = &mut stopped, if !stopping => {
                stopping = true;
                stream.reset(Reason::from(GRACEFUL_SHUTDOWN), error);
            }
        }
    };
    stream.finish(&match outcome {
        Ok(result) => result,
        Err(panic) => Err(status::of_exception(panic, stream.payload())),
    });
    finished(&stream, &killed).await;
}

/// Answers a stream that has no handler.
pub(super) async fn refuse(stream: Arc<Stream>, error: Error, killed: Cancellation) {
    stream.finish(&Err(error));
    finished(&stream, &killed).await;
}

/// Waits until the connection has taken all that the handler left: nobody else holds the stream.
async fn finished(stream: &Stream, killed: &Cancellation) {
    tokio::select! {
        biased;
        () = poll_fn(|cx| stream.poll_finished(cx)) => {}
        error = killed.cancelled() => stream.reset(Reason::from(GRACEFUL_SHUTDOWN), error),
    }
}

/// Completes when the caller gives up; never without a deadline.
pub(super) async fn expired(deadline: Option<Deadline>) -> Error {
    match deadline {
        Some(deadline) => {
            sleep_until(deadline.at).await;
            status::of_cancel(&CancelReason::Deadline(Some(deadline.timeout)))
        }
        None => std::future::pending().await,
    }
}
