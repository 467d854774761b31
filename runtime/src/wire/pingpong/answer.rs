//! What a server answers: result, exception or business status, in the framing of the request.

use bytes::BytesMut;

use super::envelope::{Envelope, MessageType};
use super::keys;
use super::message::{self, Framing, Message};
use crate::codec::{ApplicationException, Encode, Writer, status_proto};
use crate::error::{BizStatusError, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;
use crate::wire::ttheader::frame::Header;
use crate::wire::{PingPongFailure, PingPongOutcome};

/// What of a request its answer repeats.
pub(super) struct ReplyTo {
    framing: Framing,
    envelope: Envelope,
}

impl ReplyTo {
    pub(super) fn new(request: &Message) -> Self {
        Self {
            framing: request.framing,
            envelope: request.envelope.clone(),
        }
    }

    /// Whether the connection ends after this answer: Kitex closes after arguments that do not decode.
    pub(super) fn closes(&self, outcome: &PingPongOutcome) -> bool {
        matches!(outcome.result, Err(PingPongFailure::Arguments(_)))
    }

    /// An exception before any handler ran; the connection closes behind it.
    pub(super) fn refusal(&self, exception: &ApplicationException) -> Result<BytesMut> {
        self.exception(Metadata::new(), exception, true)
    }

    pub(super) fn reply(&self, outcome: PingPongOutcome, last: bool) -> Result<BytesMut> {
        let mut strings = outcome.answer.trailer;
        match outcome.result {
            Ok(result) => self.encode(MessageType::Reply, strings, &*result, last),
            Err(failure) => match biz_status(&failure) {
                // Framed has no place for a business status, and Kitex loses it there: the client
                // sees an empty result. An exception with its text is kinder.
                Some(biz) if self.framing.has_header() => {
                    keys::insert_biz_status(biz, &mut strings);
                    match self.envelope.payload {
                        PayloadCodec::Thrift => {
                            self.encode(MessageType::Reply, strings, &EmptyStruct, last)
                        }
                        PayloadCodec::Protobuf => {
                            self.encode(MessageType::Reply, strings, &Encoded(&[]), last)
                        }
                    }
                }
                _ => self.exception(strings, &exception_of(failure), last),
            },
        }
    }

    /// The exception as the request's codec has it.
    fn exception(
        &self,
        strings: Metadata,
        exception: &ApplicationException,
        last: bool,
    ) -> Result<BytesMut> {
        let kind = MessageType::Exception;
        match self.envelope.payload {
            PayloadCodec::Thrift => self.encode(kind, strings, exception, last),
            PayloadCodec::Protobuf => {
                let (id, text) = (exception.type_id, &exception.message);
                let encoded = status_proto::encode_details(id, text, []);
                self.encode(kind, strings, &Encoded(&encoded), last)
            }
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
            keys::reply_header(kind, self.envelope.seq_id, strings)
        } else {
            Header::default()
        };
        let mut out = BytesMut::new();
        let envelope = Envelope {
            kind,
            ..self.envelope.clone()
        };
        message::put(self.framing, &header, &envelope, body, &mut out)?;
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

/// Bytes that are encoded already.
struct Encoded<'a>(&'a [u8]);

impl Encode for Encoded<'_> {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.put(self.0);
    }
}
