//! Deadline and parent of a client's stream, watched without anybody polling the stream.

use std::future::pending;
use std::time::Duration;

use tokio::task::AbortHandle;

use crate::call::{Cancellation, Deadline, cascade};
use crate::error::{CancelReason, Error, ErrorKind};

/// Starts the task that calls `cancel` at the deadline, or when the parent ends. Returns `None` if
/// there is no deadline and no parent. The stream aborts the task when the stream ends.
pub(super) fn watch(
    deadline: Option<Deadline>,
    parent: Option<Cancellation>,
    cancel: impl FnOnce(CancelReason) + Send + 'static,
) -> Option<AbortHandle> {
    if deadline.is_none() && parent.is_none() {
        return None;
    }
    let timeout = deadline.map(|deadline| deadline.timeout);
    let task = tokio::spawn(async move {
        let reason = tokio::select! {
            biased;
            reason = ended(parent) => from_parent(&reason, timeout),
            () = Deadline::passed(deadline) => CancelReason::Deadline(timeout),
        };
        cancel(reason);
    });
    Some(task.abort_handle())
}

async fn ended(parent: Option<Cancellation>) -> Error {
    match parent {
        Some(parent) => parent.cancelled().await,
        None => pending().await,
    }
}

/// A stream's reason goes on unchanged, a parent's deadline is this stream's deadline too, and
/// anything else is foreign to the wire (12011 on TTHeader Streaming).
pub(super) fn from_parent(reason: &Error, timeout: Option<Duration>) -> CancelReason {
    match (reason.side(), reason.kind()) {
        (Some(_), _) => cascade(reason),
        (None, ErrorKind::Timeout) => CancelReason::Deadline(timeout),
        (None, _) => CancelReason::Foreign(reason.message().to_owned().into()),
    }
}
