//! Running a handler: its result, or its panic, becomes the TRAILER.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use faststr::FastStr;

use super::connection::Running;
use super::stream::Stream;
use crate::error::Result;
use crate::stream::Outcome;
use crate::transport::StreamHandler;

/// Runs `handler` to its end and writes [HEADER] TRAILER, also when nobody wants it any more
/// (statement 66).
pub(super) async fn run(
    stream: Arc<Stream>,
    service: FastStr,
    handler: StreamHandler,
    running: Running,
) {
    let outcome = match catch_panic(handler).await {
        Ok(result) => Outcome::from_handler(result),
        Err(panic) => Outcome::panic(&service, &stream.method, panic_text(&*panic)),
    };
    stream.finish(outcome);
    drop(running);
}

/// What `handler` returns or panics with.
async fn catch_panic(mut handler: StreamHandler) -> Result<Result<()>, Box<dyn Any + Send>> {
    // After a panic the handler is never polled again, so no one sees what it left half done.
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}

/// The text of a panic, where it has one.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "unknown panic",
    }
}
