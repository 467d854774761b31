//! What a server answers: result, exception or business status, in the framing of the request.

use bytes::BytesMut;
use faststr::FastStr;

use super::checksum;
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
    /// Whether the request had a checksum. A Kitex server that checks requests puts a checksum into
    /// each answer; clients that send none ignore it.
    checksum: bool,
}

impl ReplyTo {
    pub(super) fn new(request: &Message) -> Self {
        Self {
            framing: request.framing,
            envelope: request.envelope.clone(),
            checksum: checksum::is_in(&request.header),
        }
    }

    /// Whether the connection ends after this answer: Kitex closes after arguments that do not decode.
    pub(super) fn closes(&self, outcome: &PingPongOutcome) -> bool {
        matches!(outcome.result, Err(PingPongFailure::Arguments(_)))
    }

    /// Appends the exception for a request whose handler does not run.
    pub(super) fn refuse(
        &self,
        exception: &ApplicationException,
        last: bool,
        out: &mut BytesMut,
    ) -> Result<()> {
        self.exception(Metadata::new(), exception, last, out)
    }

    /// Appends the answer of a handler. `last`: the connection ends after this answer.
    pub(super) fn reply(
        &self,
        outcome: PingPongOutcome,
        last: bool,
        out: &mut BytesMut,
    ) -> Result<()> {
        let mut strings = outcome.answer.trailer;
        match outcome.result {
            Ok(result) => self.put(MessageType::Reply, strings, &*result, last, out),
            Err(failure) => match biz_status(&failure) {
                // Framed has no place for a business status, and Kitex loses it there: the client
                // sees an empty result. An exception with its text is kinder.
                Some(biz) if self.framing.has_header() => {
                    keys::insert_biz_status(biz, &mut strings);
                    let empty: &dyn Encode = match self.envelope.payload {
                        PayloadCodec::Thrift => &EmptyStruct,
                        PayloadCodec::Protobuf => &Encoded(&[]),
                    };
                    self.put(MessageType::Reply, strings, empty, last, out)
                }
                _ => self.exception(strings, &exception_of(failure), last, out),
            },
        }
    }

    /// The exception as the request's codec has it.
    fn exception(
        &self,
        strings: Metadata,
        exception: &ApplicationException,
        last: bool,
        out: &mut BytesMut,
    ) -> Result<()> {
        let kind = MessageType::Exception;
        match self.envelope.payload {
            PayloadCodec::Thrift => self.put(kind, strings, exception, last, out),
            PayloadCodec::Protobuf => {
                let (id, text) = (exception.type_id, &exception.message);
                let encoded = status_proto::encode_details(id, text, []);
                self.put(kind, strings, &Encoded(&encoded), last, out)
            }
        }
    }

    fn put(
        &self,
        kind: MessageType,
        mut strings: Metadata,
        body: &dyn Encode,
        last: bool,
        out: &mut BytesMut,
    ) -> Result<()> {
        let envelope = Envelope {
            kind,
            ..self.envelope.clone()
        };
        if !self.framing.has_header() {
            return message::put(self.framing, &Header::default(), &envelope, body, out);
        }
        if last {
            strings.insert(keys::CONNECTION_RESET, "1");
        }
        let header = keys::reply_header(kind, envelope.seq_id, strings);
        match self.checksum {
            true => checksum::put(self.framing, header, &envelope, body, out),
            false => message::put(self.framing, &header, &envelope, body, out),
        }
    }
}

/// Appends the message that tells a multiplexing client that the connection is about to close, so
/// that its next calls use another one. Kitex's server sends the same message: an empty reply,
/// without a method name, to the sequence id 0.
pub(super) fn put_goaway(out: &mut BytesMut) -> Result<()> {
    let strings = [(keys::CONNECTION_RESET, "1")].into_iter().collect();
    let header = keys::reply_header(MessageType::Reply, 0, strings);
    let envelope = Envelope {
        payload: PayloadCodec::Thrift,
        kind: MessageType::Reply,
        method: FastStr::from_static_str("none"),
        seq_id: 0,
    };
    message::put(Framing::TtHeader, &header, &envelope, &EmptyStruct, out)
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
        PingPongFailure::Handler(error) => match error.kitex_code() {
            Some(type_id) if error.kind() == ErrorKind::Protocol && error.side().is_none() => {
                ApplicationException::new(type_id, format!("{error} [biz error]"))
            }
            _ => ApplicationException::new(internal, format!("biz error: {error}")),
        },
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
