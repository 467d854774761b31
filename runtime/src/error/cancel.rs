//! Why a stream was ended before its time.

use std::time::Duration;

use faststr::FastStr;

/// Which end of a stream an error was noticed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that opened the stream.
    Client,
    /// The side that runs the handler.
    Server,
}

/// Why this side ends a stream (ttheader-streaming.md 3.4, 3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelReason {
    /// The user dropped or cancelled it: 12007.
    User,
    /// A single Recv took longer than allowed: 12014.
    RecvTimeout(Duration),
    /// A single Send waited for room longer than allowed: 12016.
    SendTimeout(Duration),
    /// The deadline of the whole stream passed: 12015. Holds the timeout, if it was given as one.
    Deadline(Option<Duration>),
    /// The handler that opened this stream as a client has returned: 12012, and the reason
    /// cascades downstream.
    HandlerReturned,
    /// The stream or connection above was cancelled: code, text and path are passed on unchanged,
    /// this node's name is appended to the path (3.7).
    Upstream {
        /// The type id of the upstream's RST.
        code: i32,
        /// The upstream's text.
        message: FastStr,
        /// Comma-joined service names the cancel came through so far.
        path: FastStr,
    },
    /// A message could not be kept: the receive queue is full. Ends this stream only.
    QueueOverflow {
        /// The bound that was reached, in bytes.
        limit: usize,
    },
    /// Ended by something that is no stream, such as a foreign context: 12011, and the path begins with
    /// `non-ttstream path`.
    Foreign(FastStr),
}
