//! Messages and calls above a limit, said alike by every wire.

use super::{Code, Error, ErrorKind};
use crate::codec::ApplicationException;

/// What the text of every such exception holds. Thrift has no type for it, so that a client tells it
/// by type 7, a protocol error, and these words.
const WORDS: &str = " exceeds the maximum of ";

/// A message of `len` bytes where `max` are taken or can be sent.
pub(crate) fn message_too_large(len: usize, max: usize) -> Error {
    let text = format!("message of {len} bytes{WORDS}{max} bytes");
    Error::new(ErrorKind::ResourceExhausted, 0, text)
}

/// What Kitex says of every call that is one too many (`kerrors.ErrOverlimit`). It has the type of an
/// internal error, so that a client tells it by these words.
const OVER_LIMIT: &str = "request over limit: ";

/// Kitex's `ErrQPSOverLimit`.
pub(crate) const TOO_FREQUENT: &str = "request over limit: request too frequent";

/// More calls run than the limit allows; Kitex limits connections only, and has no text for it.
pub(crate) const TOO_MANY: &str = "request over limit: too many calls are running";

/// A call that a server refuses because it is one too many.
pub(crate) fn call_refused(why: &'static str) -> Error {
    Error::grpc_status(Code::RESOURCE_EXHAUSTED, why)
}

/// How a server answers a call that a limit refuses, on wires that answer with exceptions.
pub(crate) fn call_refused_exception(why: &'static str) -> ApplicationException {
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, why)
}

/// How a server tells its client, on wires that answer with exceptions.
pub(crate) fn exception(error: &Error) -> ApplicationException {
    let text = error.message().to_owned();
    ApplicationException::new(ApplicationException::PROTOCOL_ERROR, text)
}

/// Whether the peer's exception says that something was above its limit: a message, or a call that was one
/// too many. Over TTHeader Streaming a prefix stands in front of that.
pub(crate) fn is_exhausted(exception: &ApplicationException) -> bool {
    let refused = exception.type_id == ApplicationException::INTERNAL_ERROR
        && exception.message.contains(OVER_LIMIT);
    refused || is_said_by(exception)
}

/// Whether the peer's exception says that a message was above its limit.
pub(crate) fn is_said_by(exception: &ApplicationException) -> bool {
    exception.type_id == ApplicationException::PROTOCOL_ERROR && exception.message.contains(WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ttheader::frame::DecodeError;
    use crate::wire::ttheader::state::frame_too_large;

    #[test]
    fn a_client_knows_it_by_the_words_of_every_wire() {
        let frame = DecodeError::TooLong { length: 9, max: 8 };
        let errors = [
            message_too_large(9, 8),
            frame_too_large(crate::error::Side::Server, frame),
        ];
        for error in errors {
            assert!(is_said_by(&exception(&error)), "{error}");
        }
        let other = ApplicationException::new(ApplicationException::PROTOCOL_ERROR, "bad bytes");
        assert!(!is_said_by(&other));
        assert!(!is_exhausted(&other));
    }

    #[test]
    fn a_client_knows_a_call_too_many_by_kitexs_words() {
        for why in [TOO_FREQUENT, TOO_MANY] {
            assert!(why.starts_with(OVER_LIMIT));
            let exception = call_refused_exception(why);
            assert!(is_exhausted(&exception) && !is_said_by(&exception));
        }
    }
}
