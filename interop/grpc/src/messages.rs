//! Messages that both programs make.

use streamgen_runtime::Code;
use streamgen_runtime::prost::Message as _;
use streamgen_runtime::prost_types::Any;
use streamgen_runtime::unstable::grpc::status::encode_details;
use streamgen_runtime::{Bytes, Error, Metadata, Result};

use crate::stream_gen::grpc::testing::{EchoStatus, Payload, PayloadType, ResponseParameters};

/// The header that a server sends back as its header.
pub(crate) const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
/// The header that a server sends back as its trailer.
pub(crate) const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

/// The header that asks for details: a status that the call asks for is to carry them.
pub(crate) const DETAILS: &str = "x-interop-details";
/// The header that asks for a report. Full-duplex calls with it are counted if they are cancelled,
/// and the header of the answer to an `EmptyCall` with it has [`CANCELED`] and [`REMAINING`].
pub(crate) const REPORT: &str = "x-interop-report";
/// How many full-duplex calls with [`REPORT`] were cancelled so far.
pub(crate) const CANCELED: &str = "x-interop-canceled";
/// The milliseconds that the call has left, or `none` without a deadline.
pub(crate) const REMAINING: &str = "x-interop-remaining-ms";

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
        return Err(Error::grpc_status(Code::INVALID_ARGUMENT, text));
    }
    match usize::try_from(size) {
        Err(_) => {
            let text = format!("requested a response with invalid length {size}");
            Err(Error::grpc_status(Code::INVALID_ARGUMENT, text))
        }
        Ok(size) if size > MAX_BODY => {
            let text = format!("requested a response above {MAX_BODY} bytes: {size}");
            Err(Error::grpc_status(Code::RESOURCE_EXHAUSTED, text))
        }
        Ok(size) => Ok(zeros(size)),
    }
}

/// The status that a request asks for, with [`details`] if the header of the call asks for them.
///
/// # Errors
/// That status.
pub(crate) fn status(asked: Option<EchoStatus>, header: &Metadata) -> Result<()> {
    let Some(asked) = asked.filter(|asked| Code::from(asked.code) != Code::OK) else {
        return Ok(());
    };
    let details = header.get(DETAILS).map(|_| details(&asked));
    let error = Error::grpc_status(asked.code.into(), asked.message);
    Err(match details {
        Some(details) => error.with_status_details(details),
        None => error,
    })
}

/// An encoded `google.rpc.Status` whose one detail is the status itself, as it was asked for.
pub(crate) fn details(asked: &EchoStatus) -> Bytes {
    let detail = Any {
        type_url: "type.googleapis.com/grpc.testing.EchoStatus".to_owned(),
        value: asked.encode_to_vec(),
    };
    encode_details(asked.code, &asked.message, [&*detail.encode_to_vec()])
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
            (1, 3, Code::INVALID_ARGUMENT),
            (0, -1, Code::INVALID_ARGUMENT),
            (0, i32::MAX, Code::RESOURCE_EXHAUSTED),
        ] {
            assert_eq!(payload(r#type, size).unwrap_err().grpc_code(), Some(code));
        }
    }

    #[test]
    fn status_0_is_no_error() {
        let asked = |code| {
            let message = "text".to_owned();
            status(Some(EchoStatus { code, message }), &Metadata::new())
        };
        asked(0).unwrap();
        let error = asked(Code::UNKNOWN.into()).unwrap_err();
        assert_eq!(
            (error.grpc_code(), error.message()),
            (Some(Code::UNKNOWN), "text")
        );
        assert!(error.status_details().is_empty());
    }

    #[test]
    fn details_have_the_status_that_was_asked_for() {
        let message = "m".to_owned();
        let header = Metadata::from([(DETAILS, "1")]);
        let error = status(Some(EchoStatus { code: 9, message }), &header).unwrap_err();
        let details: &[u8] = error.status_details();
        let (status, detail) = details.split_at(5);
        assert_eq!(status, b"\x08\x09\x12\x01m");
        assert!(detail.ends_with(b"EchoStatus\x12\x05\x08\x09\x12\x01m"));
    }
}
