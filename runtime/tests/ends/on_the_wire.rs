//! What a server answers, seen by peers that are not our clients.

use std::future::poll_fn;

use ::bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;
use streamgen_runtime::codec::Encode;
use streamgen_runtime::unstable::pingpong::Framing;
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, decode_exception};
use streamgen_runtime::{ApplicationException, Message};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bytes::{EXCEPTION, REPLY, Raw};
use crate::conn_support::{self, strings};
use crate::document::quoted;
use crate::grpc_support::{RawClient, framed};
use crate::rpc_support::msg;
use crate::rpc_support::stream_gen::rpc::peer::EchoArgs;
use crate::{End, LONG, Wire};

pub(crate) async fn answer(end: &End, wire: Wire) -> String {
    let answer = async {
        match wire {
            Wire::Streaming => trailer(end).await,
            Wire::GrpcStream | Wire::GrpcUnary => status(end, wire).await,
            Wire::Framed => message(end, Framing::Framed).await,
            Wire::TtHeaderFramed => message(end, Framing::TtHeaderFramed).await,
            Wire::Buffered => message(end, Framing::Buffered).await,
        }
    };
    timeout(LONG, answer).await.expect("it ends")
}

/// TTHeader Streaming: what the TRAILER carries.
async fn trailer(end: &End) -> String {
    let server = end.start().await;
    let socket = TcpStream::connect(server.address).await.unwrap();
    let mut peer = conn_support::Peer::new(socket);
    let sid = 1;
    peer.send(FrameKind::Header, sid, &[("isn", "Peer")], &[])
        .await;
    if end.wish != "recv" {
        peer.trailer(sid).await;
    }
    loop {
        let frame = peer.next().await.expect("the connection is open");
        if frame.kind() != FrameKind::Trailer {
            continue;
        }
        let pairs = strings(&frame).iter();
        let pairs = pairs.map(|(key, value)| quoted(&format!("{key}: {value}")));
        let exception = (!frame.payload.is_empty()).then(|| {
            let exception = decode_exception(&frame.payload).expect("an exception");
            told(&exception)
        });
        return with("TRAILER", exception.into_iter().chain(pairs));
    }
}

/// gRPC: the pairs that say how the call ended.
async fn status(end: &End, wire: Wire) -> String {
    let server = end.start().await;
    let client = RawClient::connect(server.address).await;
    let path = match wire {
        Wire::GrpcStream => "/rpc.Peer/Bidi",
        _ => "/rpc.Peer/Echo",
    };
    let (response, mut send) = client.call(path).await;
    match (wire, end.wish) {
        (Wire::GrpcStream, "recv") => {}
        // Unless the handler has ended the stream already.
        (Wire::GrpcStream, _) => drop(send.send_data(Bytes::new(), true)),
        _ => send.send_data(framed(&[&arguments(end)]), true).unwrap(),
    }
    let response = response.await.unwrap();
    let only = response.headers().clone();
    let (messages, trailers) = drain(response.into_body()).await;
    let trailers = trailers.unwrap_or(only);
    let pairs = trailers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("grpc-") || name.as_str().starts_with("biz-"))
        .map(|(name, value)| quoted(&format!("{name}: {}", value.to_str().unwrap_or("…"))));
    let message = (messages > 0).then(|| "a message".to_owned());
    with("trailers", message.into_iter().chain(pairs))
}

async fn drain(mut body: RecvStream) -> (usize, Option<HeaderMap>) {
    let mut bytes = 0;
    while let Some(Ok(data)) = body.data().await {
        let _ = body.flow_control().release_capacity(data.len());
        bytes += data.len();
    }
    let trailers = poll_fn(|cx| body.poll_trailers(cx)).await;
    (bytes, trailers.ok().flatten())
}

/// Ping-pong: the kind of the message and what it holds.
async fn message(end: &End, framing: Framing) -> String {
    let invoker = end.server().invoker().unwrap();
    let request = arguments(end).encode_to_bytes();
    let request = Raw::call(framing, "Echo", 1).body(&request);
    let answer = Raw::decode(&invoker.call(request.encode()).await.unwrap());
    let pairs = answer.strings.iter();
    let pairs = pairs.map(|(key, value)| quoted(&format!("{key}: {value}")));
    let (kind, held) = match answer.kind {
        EXCEPTION => {
            let exception = ApplicationException::decode_from(Bytes::from(answer.body));
            ("EXCEPTION", told(&exception.unwrap()))
        }
        REPLY => match answer.body[..] {
            [_, _, field, ..] => ("REPLY", format!("field {field} of the result")),
            _ => ("REPLY", "an empty result".to_owned()),
        },
        other => panic!("a message of kind {other}"),
    };
    with(kind, [held].into_iter().chain(pairs))
}

/// The arguments of the method `Echo`.
fn arguments(end: &End) -> EchoArgs {
    let req = msg(if end.wish == "refuse" { "refuse" } else { "m" });
    EchoArgs { req }
}

fn told(exception: &ApplicationException) -> String {
    format!(
        "exception {}: {}",
        exception.type_id,
        quoted(&exception.message)
    )
}

fn with(what: &str, parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    match parts.is_empty() {
        true => what.to_owned(),
        false => format!("{what}, {}", parts.join(", ")),
    }
}
