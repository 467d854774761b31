//! What a client-side cancel means locally and on the wire (3.4, 3.7).

use std::time::Duration;

use faststr::FastStr;

use super::codes;
use super::errors::{handler_returned, queue_overflow};
use super::go_duration::go_duration;
use super::queue::QueueFull;
use crate::error::{CancelReason, Error, ErrorKind, Side};

const USER_CANCEL_TEXT: &str = "user code invoking stream RPC with context processed by \
    context.WithCancel or context.WithTimeout, then invoking cancel() actively";

/// What a cancel path begins with if the cancel came from something that is no TTHeader stream.
const FOREIGN_PATH: &str = "non-ttstream path";

/// The error of a Recv that timed out: 12014. With `disable_cancel_remote` the stream goes on, so
/// this error is for that one Recv and is not stored (statement 68).
#[must_use]
pub fn recv_timeout_error(side: Side, timeout: Duration, disable_cancel_remote: bool) -> Error {
    let text = format!(
        "stream Recv timeout, timeout config={{Timeout:{} DisableCancelRemote:{disable_cancel_remote}}}",
        go_duration(timeout)
    );
    Error::new(ErrorKind::Timeout, codes::RECV_TIMEOUT, text).with_side(side)
}

/// The error of a Send that waited too long: 12016.
fn send_timeout_error(side: Side, timeout: Duration) -> Error {
    let text = format!(
        "stream Send timeout, timeout config={}",
        go_duration(timeout)
    );
    Error::new(ErrorKind::Timeout, codes::SEND_TIMEOUT, text).with_side(side)
}

/// The error that a stream ends with on the side that cancels it for `reason`, and the cancel path up
/// to this node.
pub(super) fn cancel_error(side: Side, reason: CancelReason) -> (Error, FastStr) {
    let canceled = |code, text| Error::new(ErrorKind::Canceled, code, text).with_side(side);
    let error = match reason {
        CancelReason::User => canceled(codes::USER_CANCEL, USER_CANCEL_TEXT.into()),
        CancelReason::RecvTimeout(timeout) => recv_timeout_error(side, timeout, false),
        CancelReason::SendTimeout(timeout) => send_timeout_error(side, timeout),
        CancelReason::Deadline(timeout) => deadline_error(timeout).with_side(side),
        CancelReason::HandlerReturned => handler_returned(side),
        CancelReason::Upstream {
            code,
            message,
            path,
        } => {
            return (canceled(code, message).with_cancel_path(path.clone()), path);
        }
        CancelReason::QueueOverflow { limit } => queue_overflow(side, QueueFull::Bytes(limit)),
        CancelReason::Foreign(text) => {
            let path = FastStr::from_static_str(FOREIGN_PATH);
            return (canceled(codes::INTERNAL_CANCEL, text), path);
        }
    };
    (error, FastStr::empty())
}

/// The error of a stream whose deadline passed: 12015.
#[must_use]
pub fn deadline_error(timeout: Option<Duration>) -> Error {
    let text = match timeout {
        Some(timeout) => format!("stream timeout, timeout in ctx: {}", go_duration(timeout)),
        None => "stream timeout, no explicit timeout set in stream ctx".to_owned(),
    };
    Error::new(ErrorKind::Timeout, codes::STREAM_TIMEOUT, text).with_side(Side::Client)
}

/// `path` and then `own_name`, comma-joined, originator first. As in Kitex an empty name behind a
/// path still leaves its comma: the hop is seen, though not named.
pub(super) fn append_path(path: FastStr, own_name: &str) -> FastStr {
    if path.is_empty() {
        FastStr::new(own_name)
    } else {
        format!("{path},{own_name}").into()
    }
}
