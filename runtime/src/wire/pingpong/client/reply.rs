//! Turns a reply into the result of its call (C.4, C.9).

use bytes::Bytes;

use crate::codec::{ApplicationException, Message as _, status_proto};
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;
use crate::wire::client::Reply;
use crate::wire::pingpong::envelope::{Envelope, MessageType};
use crate::wire::pingpong::keys;
use crate::wire::pingpong::message::Message;

/// Whether the server closes the connection after this message.
pub(super) fn is_last(message: &Message) -> bool {
    let reset = message.header.strings.get(keys::CONNECTION_RESET);
    reset.is_some_and(|reset| !reset.is_empty())
}

/// The result that the caller gets for this reply.
pub(super) fn judge(reply: Message, method: &str, seq_id: i32) -> Result<Reply> {
    let Envelope {
        payload,
        kind,
        method: replied,
        seq_id: id,
    } = &reply.envelope;
    match kind {
        MessageType::Exception => Err(Error::remote(exception(*payload, reply.body)?)),
        MessageType::Reply if *id != seq_id => Err(mismatch(
            ApplicationException::BAD_SEQUENCE_ID,
            format!("sequence id is {id}, sent {seq_id}"),
        )),
        MessageType::Reply if replied != method => Err(mismatch(
            ApplicationException::WRONG_METHOD_NAME,
            format!("reply of {replied}, called {method}"),
        )),
        MessageType::Reply => match keys::biz_status(&reply.header.strings)? {
            Some(biz) => Err(biz.into()),
            None => Ok(Reply {
                header: Metadata::new(),
                trailer: keys::backward(&reply.header.strings),
                message: reply.body,
            }),
        },
        MessageType::Call | MessageType::OneWay => Err(mismatch(
            ApplicationException::INVALID_MESSAGE_TYPE,
            "the peer answered with a request".to_owned(),
        )),
    }
}

/// Decodes the peer's exception by the codec of the reply.
fn exception(payload: PayloadCodec, body: Bytes) -> Result<ApplicationException> {
    if payload == PayloadCodec::Thrift {
        return Ok(ApplicationException::decode_from(body)?);
    }
    let (type_id, message) = status_proto::decode(&body).ok_or_else(|| {
        let text = "the reply is an exception that does not decode".to_owned();
        mismatch(ApplicationException::PROTOCOL_ERROR, text)
    })?;
    Ok(ApplicationException { message, type_id })
}

fn mismatch(type_id: i32, text: String) -> Error {
    Error::new(ErrorKind::Protocol, type_id, text)
}
