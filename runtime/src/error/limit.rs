//! Messages above a limit, said alike by every wire.

use super::{Error, ErrorKind};
use crate::codec::ApplicationException;

/// What the text of every such exception holds. Thrift has no type for it, so that a client tells it
/// by type 7, a protocol error, and these words.
const WORDS: &str = " exceeds the maximum of ";

/// A message of `len` bytes where `max` are taken or can be sent.
pub(crate) fn message_too_large(len: usize, max: usize) -> Error {
    let text = format!("message of {len} bytes{WORDS}{max} bytes");
    Error::new(ErrorKind::ResourceExhausted, 0, text)
}

/// How a server tells its client, on wires that answer with exceptions.
pub(crate) fn exception(error: &Error) -> ApplicationException {
    let text = error.message().to_owned();
    ApplicationException::new(ApplicationException::PROTOCOL_ERROR, text)
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
    }
}
