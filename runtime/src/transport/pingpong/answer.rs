//! What a server answers: result, exception or business status, in the framing of the request.

use bytes::BytesMut;
use faststr::FastStr;

use super::keys;
use super::message::{self, Framing, Message, MessageType};
use crate::codec::{ApplicationException, Encode, Writer};
use crate::error::{BizStatusError, ErrorKind, Result};
use crate::frame::Header;
use crate::metadata::Metadata;
use crate::transport::{PingPongFailure, PingPongOutcome};

/// What of a request its answer repeats.
pub(super) struct ReplyTo {
    framing: Framing,
    method: FastStr,
    seq_id: i32,
}

impl ReplyTo {
    pub(super) fn new(request: &Message) -> Self {
        Self {
            framing: request.framing,
            method: request.method.clone(),
            seq_id: request.seq_id,
        }
    }

    /// Whether the connection ends after this answer: Kitex closes after arguments that do not decode.
    pub(super) fn closes(&self, outcome: &PingPongOutcome) -> bool {
        matches!(outcome.result, Err(PingPongFailure::Arguments(_)))
    }

    /// An exception before any handler ran; the connection closes behind it.
    pub(super) fn refusal(&self, exception: &ApplicationException) -> Result<BytesMut> {
        self.encode(MessageType::Exception, Metadata::new(), exception, true)
    }

    pub(super) fn reply(&self, outcome: PingPongOutcome, last: bool) -> Result<BytesMut> {
        let mut strings = outcome.backward;
        match outcome.result {
            Ok(result) => self.encode(MessageType::Reply, strings, &*result, last),
            Err(failure) => match biz_status(&failure) {
                // Framed has no place for a business status, and Kitex loses it there: the client
                // sees an empty result. An exception with its text is kinder.
                Some(biz) if self.framing.has_header() => {
                    keys::insert_biz_status(biz, &mut strings);
                    self.encode(MessageType::Reply, strings, &EmptyStruct, last)
                }
                _ => self.encode(
                    MessageType::Exception,
                    strings,
                    &exception_of(failure),
                    last,
                ),
            },
        }
    }

    fn encode(
        &self,
        kind: MessageType,
        mut strings: Metadata,
        body: &dyn Encode,
        last: bool,
    ) -> Result<BytesMut> {
        let header = if self.framing.has_header() {
            if last {
                strings.insert(keys::CONNECTION_RESET, "1");
            }
            keys::reply_header(kind, self.seq_id, strings)
        } else {
            Header::default()
        };
        let mut out = BytesMut::new();
        let envelope = (kind, self.method.as_str(), self.seq_id);
        message::put(self.framing, &header, envelope, body, &mut out)?;
        Ok(out)
    }
}

fn biz_status(failure: &PingPongFailure) -> Option<&BizStatusError> {
    match failure {
        PingPongFailure::Handler(error) => error.biz_status(),
        _ => None,
    }
}

/// How a failure reads to the caller (C.4; interop-cases.md trap 5): any plain error of the
/// handler is type 6 behind `biz error: `; an error that brought a type of its own keeps it.
fn exception_of(failure: PingPongFailure) -> ApplicationException {
    let internal = ApplicationException::INTERNAL_ERROR;
    match failure {
        PingPongFailure::Exception(exception) => exception,
        PingPongFailure::Arguments(error) => {
            ApplicationException::new(ApplicationException::PROTOCOL_ERROR, error.to_string())
        }
        PingPongFailure::Handler(error)
            if error.kind() == ErrorKind::Protocol
                && error.side().is_none()
                && error.code() != 0 =>
        {
            ApplicationException::new(error.code(), format!("{error} [biz error]"))
        }
        PingPongFailure::Handler(error) => {
            ApplicationException::new(internal, format!("biz error: {error}"))
        }
    }
}

/// The Result struct with no field set: what goes with a business status.
struct EmptyStruct;

impl Encode for EmptyStruct {
    fn encoded_len(&self) -> usize {
        1
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.stop();
    }
}
