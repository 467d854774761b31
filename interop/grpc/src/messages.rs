//! Messages that both programs make.

use streamgen_runtime::transport::grpc::codes;
use streamgen_runtime::{Bytes, Error, Result};

use crate::stream_gen::grpc::testing::{EchoStatus, Payload, PayloadType, ResponseParameters};

/// The header that a server sends back as its header.
pub(crate) const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
/// The header that a server sends back as its trailer.
pub(crate) const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

/// The longest body that is made for a peer, in bytes: what a receiver takes by default, with room
/// for the rest of the message.
const MAX_BODY: usize = 64 * 1024 * 1024 - 1024;

/// A body of `size` zeros.
pub(crate) fn zeros(size: usize) -> Payload {
    Payload {
        r#type: PayloadType::Compressable.into(),
        body: Bytes::from(vec![0; size]),
    }
}

/// The body that a request asks for.
///
/// # Errors
/// Status 3: a type or a size that there is not; 8: a body above the bound.
pub(crate) fn payload(r#type: i32, size: i32) -> Result<Payload> {
    if r#type != i32::from(PayloadType::Compressable) {
        let text = format!("unsupported payload type: {type}");
        return Err(Error::grpc_status(codes::INVALID_ARGUMENT, text));
    }
    match usize::try_from(size) {
        Err(_) => {
            let text = format!("requested a response with invalid length {size}");
            Err(Error::grpc_status(codes::INVALID_ARGUMENT, text))
        }
        Ok(size) if size > MAX_BODY => {
            let text = format!("requested a response above {MAX_BODY} bytes: {size}");
            Err(Error::grpc_status(codes::RESOURCE_EXHAUSTED, text))
        }
        Ok(size) => Ok(zeros(size)),
    }
}

/// The status that a request asks for.
///
/// # Errors
/// That status.
pub(crate) fn status(asked: Option<EchoStatus>) -> Result<()> {
    match asked {
        Some(status) if status.code != codes::OK => {
            Err(Error::grpc_status(status.code, status.message))
        }
        _ => Ok(()),
    }
}

/// Asks for one response of `size` bytes, at once.
pub(crate) fn response_of(size: usize) -> ResponseParameters {
    ResponseParameters {
        // The suite's sizes are small.
        size: size as i32,
        ..ResponseParameters::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_bounded() {
        assert_eq!(payload(0, 3).unwrap().body.as_ref(), [0, 0, 0]);
        for (r#type, size, code) in [
            (1, 3, codes::INVALID_ARGUMENT),
            (0, -1, codes::INVALID_ARGUMENT),
            (0, i32::MAX, codes::RESOURCE_EXHAUSTED),
        ] {
            assert_eq!(payload(r#type, size).unwrap_err().grpc_code(), Some(code));
        }
    }

    #[test]
    fn status_0_is_no_error() {
        let asked = |code| {
            let message = "text".to_owned();
            status(Some(EchoStatus { code, message }))
        };
        asked(codes::OK).unwrap();
        let error = asked(codes::UNKNOWN).unwrap_err();
        assert_eq!((error.grpc_code(), error.message()), (Some(2), "text"));
    }
}
