//! What an error came from, and whether the call that failed may be made again.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use faststr::FastStr;

use super::{Error, ErrorKind};

/// Shared, because errors are cloned for everyone who waits on the same stream or dial.
pub(super) type Cause = Arc<dyn StdError + Send + Sync>;

impl StdError for Error {
    /// The error that this one came from, such as the `std::io::Error` of a failed dial or the
    /// `DecodeError` of a message. Its text is part of this error's text already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

impl Error {
    /// A connection that cannot be made or that broke, on any wire: kind
    /// [`Connection`](ErrorKind::Connection), status 14. Kitex has no number for it.
    pub(crate) fn connection(message: impl Into<FastStr>, cause: io::Error) -> Self {
        Self::new(ErrorKind::Connection, 0, message).caused_by(cause)
    }

    /// Keeps `cause` for [`source`](StdError::source).
    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// Marks that nothing of the call can have reached a handler. Only whoever knows that no byte
    /// of the call was sent, or that the peer refused it unseen, may say so.
    pub(crate) fn before_handler(mut self) -> Self {
        self.0.unheard = true;
        self
    }

    /// Whether making the same call again is safe, also where calls must not run twice: no
    /// handler has seen anything of it. True for a dial that failed, a connection that broke
    /// before a byte of the call was sent, and a call that the server refused unseen (gRPC's
    /// `REFUSED_STREAM`, and streams that a GOAWAY leaves out).
    ///
    /// False says only that nobody knows. It is false, too, for what would fail again in the same
    /// way: a caller's mistake ([`InvalidArgument`](ErrorKind::InvalidArgument)), a message above
    /// a limit.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.unheard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn refused() -> Error {
        let cause = io::Error::from(io::ErrorKind::ConnectionRefused);
        Error::connection("dial 127.0.0.1:1: connection refused", cause)
    }

    #[test]
    fn a_connection_failure_keeps_its_cause_and_has_a_status() {
        let error = refused();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(error.grpc_code(), Some(Code::UNAVAILABLE));
        let cause = error.source().and_then(|cause| cause.downcast_ref());
        let cause: &io::Error = cause.expect("the cause is kept");
        assert_eq!(cause.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(
            error.to_string(),
            "remote or network error: dial 127.0.0.1:1: connection refused"
        );
    }

    #[test]
    fn only_what_no_handler_saw_is_retryable() {
        assert!(!refused().is_retryable());
        assert!(refused().before_handler().is_retryable());
        assert!(!Error::grpc_status(Code::UNAVAILABLE, "busy").is_retryable());
    }
}
