//! JSON for the handler, bytes for the wire.

use streamgen_runtime::{ApplicationException, Error, ErrorKind, RawMessage};

use crate::client::CallError;
use crate::method::Method;
use crate::options::JsonOptions;

/// What a call converts its messages by.
#[derive(Clone)]
pub(super) struct Messages {
    pub(super) method: Method,
    pub(super) options: JsonOptions,
}

impl Messages {
    pub(super) fn request(&self, message: &RawMessage) -> Result<String, CallError> {
        let mut json = Vec::new();
        self.method
            .request_to_json(message, &self.options, &mut json)
            .map_err(CallError::Request)?;
        Ok(String::from_utf8(json)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    pub(super) fn response(&self, json: &str) -> Result<RawMessage, CallError> {
        let mut wire = Vec::new();
        self.method
            .response_to_wire(json.as_bytes(), &self.options, &mut wire)
            .map_err(CallError::Response)?;
        Ok(RawMessage::from(wire))
    }

    /// The reply of a call without stream: an exception that the method declares is one, too.
    pub(super) fn reply(&self, outcome: Result<String, CallError>) -> Result<RawMessage, Error> {
        let reply = match outcome {
            Ok(json) => self.response(&json),
            Err(CallError::Exception { name, json }) => self.exception(&name, &json),
            Err(error) => Err(error),
        };
        reply.map_err(failed)
    }

    fn exception(&self, name: &str, json: &str) -> Result<RawMessage, CallError> {
        let mut wire = Vec::new();
        self.method
            .exception_to_wire(name, json.as_bytes(), &self.options, &mut wire)
            .map_err(CallError::Response)?;
        Ok(RawMessage::from(wire))
    }
}

/// What the caller gets. A request that does not fit is what arguments are that do not decode.
pub(super) fn failed(error: CallError) -> Error {
    match error {
        CallError::Call(error) => error,
        CallError::Request(_) => {
            let code = ApplicationException::PROTOCOL_ERROR;
            Error::new(ErrorKind::Protocol, code, error.to_string())
        }
        CallError::NotFound(_)
        | CallError::Response(_)
        | CallError::Exception { .. }
        | CallError::Value(_) => Error::application(error.to_string()),
    }
}
