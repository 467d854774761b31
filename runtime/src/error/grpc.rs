//! Errors that are gRPC statuses.

use bytes::Bytes;
use faststr::FastStr;

use super::{Code, Error, ErrorKind};

impl Error {
    /// A gRPC status that a handler returns: every gRPC peer sees this code. No call can fail with
    /// [`Code::OK`], which means success; it becomes [`Code::UNKNOWN`].
    ///
    /// ```
    /// use streamgen_runtime::{Code, Error};
    ///
    /// let error = Error::grpc_status(Code::NOT_FOUND, "no such user");
    /// assert_eq!(error.grpc_code(), Some(Code::NOT_FOUND));
    /// ```
    #[must_use]
    pub fn grpc_status(code: Code, message: impl Into<FastStr>) -> Self {
        let code = if code == Code::OK {
            Code::UNKNOWN
        } else {
            code
        };
        let kind = match code {
            Code::CANCELED => ErrorKind::Canceled,
            Code::DEADLINE_EXCEEDED | Code::RECV_DEADLINE_EXCEEDED => ErrorKind::Timeout,
            Code::UNAVAILABLE => ErrorKind::Connection,
            Code::RESOURCE_EXHAUSTED => ErrorKind::ResourceExhausted,
            _ => ErrorKind::Status,
        };
        let mut error = Self::new(kind, 0, message);
        error.0.grpc = Some(code);
        error
    }

    /// The gRPC status that the error arrived with or was made with. A business error has the
    /// status that it arrived with, not its business code.
    ///
    /// A failure that this side noticed itself has, on every wire, the status that gRPC uses for
    /// its cause: [`Code::CANCELED`], [`Code::DEADLINE_EXCEEDED`], [`Code::UNAVAILABLE`] (no
    /// connection), [`Code::RESOURCE_EXHAUSTED`] (above a limit), [`Code::INVALID_ARGUMENT`] (a
    /// caller's mistake), [`Code::INTERNAL`] (bytes that make no sense). `None` remains for the
    /// answers of a peer on a wire that has no statuses.
    #[must_use]
    pub fn grpc_code(&self) -> Option<Code> {
        self.0.grpc.or(match self.kind() {
            ErrorKind::Canceled => Some(Code::CANCELED),
            ErrorKind::Timeout => Some(Code::DEADLINE_EXCEEDED),
            ErrorKind::Connection => Some(Code::UNAVAILABLE),
            ErrorKind::ResourceExhausted => Some(Code::RESOURCE_EXHAUSTED),
            ErrorKind::InvalidArgument => Some(Code::INVALID_ARGUMENT),
            ErrorKind::Protocol | ErrorKind::Decode => Some(Code::INTERNAL),
            ErrorKind::BizStatus | ErrorKind::Application | ErrorKind::Status => None,
        })
    }

    /// The status that a call over gRPC ended with, or that a handler chose.
    pub(crate) fn own_status(&self) -> Option<Code> {
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

    /// Whether the error has a gRPC status and is no business error.
    pub(crate) fn is_status(&self) -> bool {
        self.0.grpc.is_some() && self.0.biz.is_none()
    }

    /// The status that a business error came with.
    pub(crate) fn with_grpc_code(mut self, code: Code) -> Self {
        self.0.grpc = Some(code);
        self
    }

    /// The same error with a gRPC status, as an error of a call over gRPC has it.
    pub(crate) fn into_status(mut self) -> Self {
        if self.0.number == 0 {
            self.0.grpc = self.grpc_code();
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
