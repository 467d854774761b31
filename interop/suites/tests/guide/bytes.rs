//! The guide's programs without an IDL: messages are bytes, of which this file knows what the generated code does.

use interop_suites::CONNECTED;
use interop_suites::guide_gen::guide;
use interop_suites::guide_pb_gen::guide::pb;
use streamgen_runtime::client::{BinaryClient, Channel};
use streamgen_runtime::codec::Encode as _;
use streamgen_runtime::server::BinaryHandler;
use streamgen_runtime::{
    BidiStreamingServer, Bytes, Context, Error, Message, RawMessage, Result, Transport,
    UnaryTransport,
};

use crate::servers::RESPONSES;
use crate::{Idl, PROTO, THRIFT, UNKNOWN};

/// The first byte and the field ids of the structs around the arguments and the result of a call.
const STRUCT: u8 = 12;
const ARGUMENT: u8 = 1;
const RESULT: u8 = 0;

fn is_proto(idl: Idl) -> bool {
    idl.language == PROTO.language
}

/// A message, with one field of text.
fn message(idl: Idl, text: &str) -> Bytes {
    let text = text.to_owned();
    match is_proto(idl) {
        true => pb::Request { message: text }.encode_to_bytes(),
        false => {
            let message = text.into();
            guide::Request { message }.encode_to_bytes()
        }
    }
}

fn shown(idl: Idl, message: RawMessage) -> Result<String> {
    let message = message.into_bytes();
    let text = match is_proto(idl) {
        true => pb::Response::decode_from(message).map(|read| read.message),
        false => guide::Response::decode_from(message).map(|read| read.message.to_string()),
    };
    let text = text.map_err(|error| Error::application(error.to_string()))?;
    Ok(format!(r#"{{"message":"{text}"}}"#))
}

/// The struct around a message in a call without stream, which Thrift has.
fn around(idl: Idl, field: u8, message: &[u8]) -> Bytes {
    let is_bare = is_proto(idl) || idl.call == UNKNOWN.call;
    match is_bare {
        true => Bytes::copy_from_slice(message),
        false => [&[STRUCT, 0, field], message, &[0]].concat().into(),
    }
}

fn within(idl: Idl, field: u8, whole: RawMessage) -> Result<RawMessage> {
    let head = [STRUCT, 0, field];
    let is_bare = is_proto(idl) || idl.call == UNKNOWN.call;
    let whole = whole.into_bytes();
    match is_bare {
        true => Ok(whole.into()),
        false if whole.starts_with(&head) => Ok(whole.slice(3..whole.len() - 1).into()),
        false => Err(Error::application(format!(
            "a struct of {} bytes",
            whole.len()
        ))),
    }
}

/// Connections to a server, for clients of any service.
pub(crate) fn channel(address: &str, (stream, unary): (Transport, UnaryTransport)) -> Channel {
    let channel = Channel::builder("streaming_service").address(address.to_owned());
    let channel = channel.transport(stream).unary_transport(unary);
    let channel = channel.connect_timeout(CONNECTED).build();
    channel.expect("it has an address")
}

pub(crate) fn client(idl: Idl, channel: &Channel, service: &'static str) -> BinaryClient {
    let (channel, package) = (channel.clone(), "guide");
    match is_proto(idl) {
        true => BinaryClient::protobuf(service, channel).package("guide.pb"),
        false => BinaryClient::thrift(service, channel).package(package),
    }
}

/// What the programs of streams are told, a line for each message.
pub(crate) async fn told_of_streams(idl: Idl, client: &BinaryClient) -> Result<String> {
    let mut lines = Vec::new();
    let mut stream = client.client_streaming(idl.client).await?;
    for number in 0..3 {
        let text = format!("grpc client streaming generic {number}th request");
        stream.send(message(idl, &text).into()).await?;
    }
    lines.push(format!(
        "client {}",
        shown(idl, stream.close_and_recv().await?)?
    ));

    let request = message(idl, "grpc server streaming generic request");
    let mut stream = client.server_streaming(idl.server, request).await?;
    while let Some(response) = stream.recv().await? {
        lines.push(format!("server {}", shown(idl, response)?));
    }
    lines.push("server end".to_owned());

    let mut stream = client.bidi_streaming(idl.bidi).await?;
    for number in 0..3 {
        let text = format!("grpc bidirectional streaming generic {number}th request");
        stream.send(message(idl, &text).into()).await?;
    }
    stream.close_send().await?;
    while let Some(response) = stream.recv().await? {
        lines.push(format!("bidi {}", shown(idl, response)?));
    }
    lines.push("bidi end".to_owned());
    Ok(lines.join("\n") + "\n")
}

pub(crate) async fn told_of_calls(idl: Idl, client: &BinaryClient) -> Result<String> {
    let request = around(idl, ARGUMENT, &message(idl, "unary request"));
    let reply = client.call(idl.call, request).await?;
    Ok(format!(
        "call {}\n",
        shown(idl, within(idl, RESULT, reply)?)?
    ))
}

/// Answers the calls of the guide's services, and of one that is in no IDL. Requests and responses are the same
/// bytes.
pub(crate) struct Unknown;

impl Unknown {
    /// Whose method is called, if anybody handles it. Framed names no service.
    fn idl(cx: &Context) -> Result<Idl> {
        let is_handled = ["TestService", "StreamingService", "UnknownService", ""];
        if !is_handled.contains(&cx.service()) {
            return Err(Error::application(format!(
                "nobody handles {}",
                cx.service()
            )));
        }
        let has = |idl: &&Idl| [idl.client, idl.server, idl.bidi, idl.call].contains(&cx.method());
        let found = [THRIFT, PROTO, UNKNOWN].iter().find(has).copied();
        found.ok_or_else(|| Error::application(format!("no method {}", cx.method())))
    }

    fn reply(idl: Idl, args: RawMessage) -> Result<RawMessage> {
        let request = within(idl, ARGUMENT, args)?;
        Ok(around(idl, RESULT, &request).into())
    }
}

impl BinaryHandler for Unknown {
    async fn call(&self, cx: Context, request: RawMessage) -> Result<RawMessage> {
        Self::reply(Self::idl(&cx)?, request)
    }

    async fn stream(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<RawMessage, RawMessage>,
    ) -> Result<()> {
        let idl = Self::idl(&cx)?;
        let mut last = None;
        while let Some(request) = stream.recv().await? {
            let responses = match cx.method() {
                method if method == idl.client => 0,
                method if method == idl.server => RESPONSES,
                _ => 1,
            };
            // A call over gRPC is a stream with the arguments and the result.
            let response = match cx.method() == idl.call {
                true => Self::reply(idl, request)?,
                false => request,
            };
            for _ in 0..responses {
                stream.send(response.clone()).await?;
            }
            last = Some(response);
        }
        match last.filter(|_| cx.method() == idl.client) {
            Some(last) => stream.send(last).await,
            None => Ok(()),
        }
    }
}
