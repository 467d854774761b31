//! The ends as our own client sees them.

use streamgen_runtime::{Error, ErrorKind, Transport, UnaryTransport};
use tokio::time::timeout;

use crate::document::quoted;
use crate::rpc_support::stream_gen::rpc::peer::EchoError;
use crate::rpc_support::{PeerClient, msg};
use crate::{End, LONG, Wire};

pub(crate) async fn seen(end: &End, wire: Wire) -> String {
    let server = end.start().await;
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    let builder = match wire {
        Wire::Streaming => builder.transport(Transport::TtHeaderStreaming),
        Wire::GrpcStream | Wire::GrpcUnary => builder.transport(Transport::Grpc),
        Wire::Framed => builder.unary_transport(UnaryTransport::Framed),
        Wire::TtHeaderFramed => builder.unary_transport(UnaryTransport::TtHeaderFramed),
        Wire::Buffered => builder.unary_transport(UnaryTransport::Buffered),
    };
    let client = builder.build().unwrap();
    let call = async {
        match wire.is_stream() {
            true => stream(&client, end).await.map_err(|error| told(&error)),
            false => call(&client, end).await,
        }
    };
    let made = timeout(LONG, call).await.expect("it ends");
    made.map_or_else(|error| error, |()| "success".to_owned())
}

/// The stream is half-closed, unless its handler shall wait for a message in vain.
async fn stream(client: &PeerClient, end: &End) -> Result<(), Error> {
    let mut stream = client.bidi().await?;
    if end.wish != "recv" {
        stream.close_send().await?;
    }
    while stream.recv().await?.is_some() {}
    Ok(())
}

async fn call(client: &PeerClient, end: &End) -> Result<(), String> {
    let text = if end.wish == "refuse" { "refuse" } else { "m" };
    match client.echo(msg(text)).await {
        Ok(_) => Ok(()),
        Err(EchoError::Refused(refused)) => {
            Err(format!("`EchoError::Refused`, code {}", refused.code))
        }
        Err(EchoError::Error(error)) => Err(told(&error)),
    }
}

fn told(error: &Error) -> String {
    let number = match (error.biz_status(), error.kitex_code(), error.grpc_code()) {
        (Some(biz), ..) => format!(" {}", biz.code()),
        (None, Some(code), _) => format!(", `kitex_code()` {code}"),
        (None, None, Some(code)) => {
            let name = code
                .name()
                .map_or_else(String::new, |name| format!(" {name}"));
            format!(", `grpc_code()` {}{name}", u32::from(code))
        }
        (None, None, None) => String::new(),
    };
    let message = match error.kind() {
        ErrorKind::BizStatus => error.biz_status().map_or("", |biz| biz.message()),
        _ => error.message(),
    };
    format!("`{:?}`{number}: {}", error.kind(), quoted(message))
}
