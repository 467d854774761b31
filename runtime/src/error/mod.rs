//! The one error of every call and stream, and the values it can carry.

mod biz;
mod cancel;
mod cause;
mod code;
mod display;
mod grpc;
pub(crate) mod limit;
mod no_instance;

use std::fmt;

use bytes::Bytes;
use faststr::FastStr;

pub use biz::BizStatusError;
pub use cancel::{CancelReason, Side};
pub use code::Code;
pub use no_instance::NoInstance;

use self::cause::Cause;
use crate::codec::{ApplicationException, DecodeError};

/// Result of calls, streams and handlers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a call or a stream.
///
/// The type is opaque. Its methods answer questions, and each answer has one meaning on every wire:
///
/// | question | answer |
/// | --- | --- |
/// | [`kind`](Error::kind) | the class of the cause |
/// | [`grpc_code`](Error::grpc_code) | the gRPC status that it came with, or that fits the class |
/// | [`kitex_code`](Error::kitex_code) | Kitex's number of the cause |
/// | [`biz_status`](Error::biz_status) | what the handler answered as business error |
///
/// `Display` prints Kitex's text for the same condition.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// Kitex's number of the error; 0 if Kitex has none.
    number: i32,
    message: FastStr,
    side: Option<Side>,
    remote: bool,
    cancel_path: FastStr,
    biz: Option<BizStatusError>,
    grpc: Option<Code>,
    details: Bytes,
    unheard: bool,
    cause: Option<Cause>,
}

/// The classes a caller can tell apart. The same cause has the same class on every wire; the table
/// of causes is `docs/errors.md` in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The handler answered with a business status (code, message, extra).
    BizStatus,
    /// The peer answered that the call failed: a failing handler, a panic, an unknown method. A
    /// Thrift application exception, or gRPC's status 2, 12 or 13. Over TTHeader Streaming the code is
    /// always 12001, as in Kitex.
    Application,
    /// The stream was cancelled, from this side or from the other.
    Canceled,
    /// A deadline or a timeout passed.
    Timeout,
    /// The peer broke the protocol, or the call does not fit the stream's state.
    Protocol,
    /// Dialling, reading or writing failed, or the peer closed the connection or refused the call.
    Connection,
    /// A limit was reached, at this side or at the peer: a message larger than one of them takes,
    /// a receive queue that is full, gRPC's status 8.
    ResourceExhausted,
    /// Bytes of a message that do not decode.
    Decode,
    /// A gRPC status that a handler chose and that is none of the above. [`Error::grpc_code`]
    /// returns it. Other wires cannot carry it.
    Status,
    /// What the caller asked for cannot be done: an unknown option, a method of another mode, a
    /// value that the wire cannot carry.
    InvalidArgument,
}

impl Error {
    /// An error of `kind` with Kitex's numeric `code` (0 where Kitex has none).
    #[must_use]
    pub fn new(kind: ErrorKind, code: i32, message: impl Into<FastStr>) -> Self {
        Self(Box::new(Inner {
            kind,
            number: code,
            message: message.into(),
            side: None,
            remote: false,
            cancel_path: FastStr::empty(),
            biz: None,
            grpc: None,
            details: Bytes::new(),
            unheard: false,
            cause: None,
        }))
    }

    /// What a handler returns for a plain failure. A Kitex client sees the text behind
    /// `biz error: ` (ttheader-streaming.md 2.4).
    #[must_use]
    pub fn application(message: impl Into<FastStr>) -> Self {
        Self::new(
            ErrorKind::Application,
            ApplicationException::INTERNAL_ERROR,
            message,
        )
    }

    /// What the peer of a ping-pong call answered instead of a reply.
    #[must_use]
    pub fn remote(exception: ApplicationException) -> Self {
        let exhausted = limit::is_exhausted(&exception);
        let mut error = Self::from(exception);
        error.0.remote = true;
        if exhausted {
            error.0.kind = ErrorKind::ResourceExhausted;
        }
        error
    }

    /// The exception of [`Error::remote`]; `None` for any other error.
    pub(crate) fn as_remote(&self) -> Option<ApplicationException> {
        let exception = || ApplicationException::new(self.0.number, self.0.message.clone());
        self.0.remote.then(exception)
    }

    /// A caller's mistake that never reached the wire.
    #[must_use]
    pub fn invalid_argument(message: impl Into<FastStr>) -> Self {
        Self::new(ErrorKind::InvalidArgument, 0, message)
    }

    /// Adds which side of the stream noticed; part of Kitex's text.
    #[must_use]
    pub fn with_side(mut self, side: Side) -> Self {
        self.0.side = Some(side);
        self
    }

    /// Adds the comma-joined names of the services a cancel came through, originator first.
    #[must_use]
    pub fn with_cancel_path(mut self, path: impl Into<FastStr>) -> Self {
        self.0.cancel_path = path.into();
        self
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The text without Kitex's prefixes: what travels on the wire.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Kitex's number, where Kitex has one: 12xxx of streams over TTHeader, the type id of an
    /// application exception. `None` for gRPC statuses, business errors and errors without number.
    #[must_use]
    pub fn kitex_code(&self) -> Option<i32> {
        (self.0.number != 0).then_some(self.0.number)
    }

    /// The number of the error on a wire that has room for one number only: Kitex's number, else
    /// the code of the business status, else the gRPC status; 0 if there is none.
    pub(crate) fn number(&self) -> i32 {
        let status = || self.0.grpc.map_or(0, i32::from);
        let biz = || self.biz_status().map(BizStatusError::code);
        self.kitex_code().or_else(biz).unwrap_or_else(status)
    }

    /// Whether the peer said so, in answer to a ping-pong call or in gRPC's trailers.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.0.remote
    }

    /// Which side of the stream noticed, for errors of a stream.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        self.0.side
    }

    /// The services a cancel came through, originator first, comma-joined; empty if unknown.
    #[must_use]
    pub fn cancel_path(&self) -> &str {
        &self.0.cancel_path
    }

    /// The business status, if the handler answered with one.
    #[must_use]
    pub fn biz_status(&self) -> Option<&BizStatusError> {
        self.0.biz.as_ref()
    }

    /// Whether the stream was cancelled, from either side.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.kind() == ErrorKind::Canceled
    }

    /// Whether a deadline or timeout of this side passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("number", &self.number())
            .field("message", &self.0.message)
            .finish_non_exhaustive()
    }
}

impl From<BizStatusError> for Error {
    fn from(biz: BizStatusError) -> Self {
        let mut error = Self::new(ErrorKind::BizStatus, 0, biz.message().to_owned());
        error.0.biz = Some(biz);
        error
    }
}

impl From<ApplicationException> for Error {
    fn from(exception: ApplicationException) -> Self {
        Self::new(ErrorKind::Application, exception.type_id, exception.message)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        let text = error.to_string();
        let kind = match error.is_over_limit() {
            true => ErrorKind::ResourceExhausted,
            false => ErrorKind::Decode,
        };
        Self::new(kind, ApplicationException::PROTOCOL_ERROR, text).caused_by(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Connection, 0, error.to_string()).caused_by(error)
    }
}
