//! Errors that are gRPC statuses.

use bytes::Bytes;
use faststr::FastStr;

use super::{Error, ErrorKind, codes};

impl Error {
    /// A gRPC status: what a handler returns so that any gRPC peer sees this number. The numbers
    /// are in [`codes`](crate::codes); 0 means success, with which no call can
    /// fail, and is sent as 2.
    ///
    /// ```
    /// use streamgen_runtime::Error;
    /// use streamgen_runtime::codes;
    ///
    /// let error = Error::grpc_status(codes::NOT_FOUND, "no such user");
    /// assert_eq!(error.grpc_code(), Some(5));
    /// ```
    #[must_use]
    pub fn grpc_status(code: i32, message: impl Into<FastStr>) -> Self {
        let code = if code == codes::OK {
            codes::UNKNOWN
        } else {
            code
        };
        let kind = match code {
            codes::CANCELED => ErrorKind::Canceled,
            codes::DEADLINE_EXCEEDED | codes::RECV_DEADLINE_EXCEEDED => ErrorKind::Timeout,
            codes::UNAVAILABLE => ErrorKind::Connection,
            codes::RESOURCE_EXHAUSTED => ErrorKind::ResourceExhausted,
            _ => ErrorKind::Status,
        };
        let mut error = Self::new(kind, code, message);
        error.0.grpc = Some(code);
        error
    }

    /// The gRPC status: the one that the error came with or was made as. For a business error that
    /// is the status it came with, not the business code.
    ///
    /// A failure that this side noticed itself has the status that gRPC has for its cause, on
    /// every wire: 1 (cancelled), 4 (timeout), 14 (no connection), 8 (above a limit), 3 (a caller's
    /// mistake), 13 (bytes that make no sense). `None` is left for what a peer answered on a wire
    /// without statuses.
    #[must_use]
    pub fn grpc_code(&self) -> Option<i32> {
        self.0.grpc.or(match self.kind() {
            ErrorKind::Canceled => Some(codes::CANCELED),
            ErrorKind::Timeout => Some(codes::DEADLINE_EXCEEDED),
            ErrorKind::Connection => Some(codes::UNAVAILABLE),
            ErrorKind::ResourceExhausted => Some(codes::RESOURCE_EXHAUSTED),
            ErrorKind::InvalidArgument => Some(codes::INVALID_ARGUMENT),
            ErrorKind::Protocol | ErrorKind::Decode => Some(codes::INTERNAL),
            ErrorKind::BizStatus | ErrorKind::Application | ErrorKind::Status => None,
        })
    }

    /// The status that a call over gRPC ended with, or that a handler chose.
    pub(crate) fn own_status(&self) -> Option<i32> {
        self.0.grpc
    }

    /// The details of a gRPC status: an encoded `google.rpc.Status`, whose third field holds them.
    /// Empty if there are none.
    #[must_use]
    pub fn status_details(&self) -> &Bytes {
        &self.0.details
    }

    /// Adds details: an encoded `google.rpc.Status`, sent as `grpc-status-details-bin`. Its code
    /// and message should be those of this error, as receivers believe them more than the others.
    #[must_use]
    pub fn with_status_details(mut self, status: Bytes) -> Self {
        self.0.details = status;
        self
    }

    /// Whether this is a status and nothing else: its number is gRPC's own.
    pub(crate) fn is_status(&self) -> bool {
        self.0.grpc == Some(self.0.code)
    }

    /// The status that a business error came with.
    pub(crate) fn with_grpc_code(mut self, code: i32) -> Self {
        self.0.grpc = Some(code);
        self
    }

    /// The same error as one of a call over gRPC, whose number is the status.
    pub(crate) fn into_status(mut self) -> Self {
        if self.0.grpc.is_none()
            && self.0.code == 0
            && let Some(code) = self.grpc_code()
        {
            (self.0.code, self.0.grpc) = (code, Some(code));
        }
        self
    }

    /// The class of a status where the number alone does not tell it.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Marks what the peer said.
    pub(crate) fn said_by_peer(mut self) -> Self {
        self.0.remote = true;
        self
    }
}
