//! What can go wrong with a call.

use std::fmt;

use streamgen_runtime::Error;

use crate::error::{ConvertError, NotFound};

/// What went wrong with a call or a stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The service has no such method.
    NotFound(NotFound),
    /// The JSON does not fit: it was not sent. A stream goes on.
    Request(ConvertError),
    /// What the server sent does not fit the IDL. A stream goes on.
    Response(ConvertError),
    /// An exception that the method declares.
    Exception {
        /// Its name in `throws`.
        name: String,
        /// It, as JSON.
        json: String,
    },
    /// A value of the caller has no JSON, or the JSON that came is not such a value: what serde says. A stream
    /// goes on.
    Value(String),
    /// The call failed as a typed call does.
    Call(Error),
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(error) => error.fmt(f),
            Self::Request(error) => write!(f, "the request does not fit: {error}"),
            Self::Response(error) => write!(f, "the response does not fit: {error}"),
            Self::Exception { name, json } => write!(f, "exception {name}: {json}"),
            Self::Value(problem) => write!(f, "the value does not fit: {problem}"),
            Self::Call(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotFound(error) => Some(error),
            Self::Request(error) | Self::Response(error) => Some(error),
            Self::Exception { .. } | Self::Value(_) => None,
            Self::Call(error) => Some(error),
        }
    }
}
