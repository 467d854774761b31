//! Deadline and parent of a stream, watched without anybody polling the stream.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::request::OpenRequest;
use super::stream::Stream;
use crate::cancellation::Cancellation;
use crate::error::{CancelReason, Error, ErrorKind};
use crate::stream::cascade;

/// Starts the task that cancels `stream` at its deadline or with its parent; `None` if it has
/// neither. The stream aborts it when it ends.
pub(super) fn watch(stream: &Arc<Stream>, request: &OpenRequest) -> Option<AbortHandle> {
    if request.deadline.is_none() && request.parent.is_none() {
        return None;
    }
    let stream = Arc::downgrade(stream);
    let (deadline, timeout) = (request.deadline, request.timeout);
    let parent = request.parent.clone();
    let task = tokio::spawn(async move {
        let reason = tokio::select! {
            biased;
            reason = ended(parent) => from_parent(&reason, timeout),
            () = passed(deadline) => CancelReason::Deadline(timeout),
        };
        if let Some(stream) = stream.upgrade() {
            stream.cancel(reason);
        }
    });
    Some(task.abort_handle())
}

async fn ended(parent: Option<Cancellation>) -> Error {
    match parent {
        Some(parent) => parent.cancelled().await,
        None => pending().await,
    }
}

async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// A stream's reason goes on unchanged, a parent's deadline is this stream's deadline too, and
/// anything else is foreign to this wire (12011).
fn from_parent(reason: &Error, timeout: Option<Duration>) -> CancelReason {
    match (reason.side(), reason.kind()) {
        (Some(_), _) => cascade(reason),
        (None, ErrorKind::Timeout) => CancelReason::Deadline(timeout),
        (None, _) => CancelReason::Foreign(reason.message().to_owned().into()),
    }
}
