//! Code that is generated without `-streamx`: two clients for a service, each with the wires that
//! Kitex has for it, and streams that give their handlers the context of the call.
//!
//! `stream_gen/` is what the tool makes of `classic.thrift`; `tests/runtime_services.rs` at the root of
//! the repository compares the two.
#![allow(
    unreachable_pub,
    reason = "generated code is public whoever includes it"
)]

mod middleware;
mod settings;
pub mod stream_gen;
mod wires;

use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, BoundServer, ClientStreamingServer, Context, Result, Server,
    ServerStreamingServer,
};

use stream_gen::classic::desk::{
    AskError, Desk, DeskClient, DeskServer, DeskStreamClient, TouchError,
};
use stream_gen::classic::{Refused, Text};

/// How long a call may take that is told of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a method answers that knows the call's context: wire, method, metainfo and whether there is a
/// time limit.
fn told(cx: &Context) -> Text {
    let limit = if cx.deadline().is_some() {
        "limited"
    } else {
        "unlimited"
    };
    let tenant = cx.metainfo("TENANT").unwrap_or("nobody");
    text(&format!(
        "{} {} {tenant} {limit}",
        cx.protocol(),
        cx.method()
    ))
}

fn text(text: &str) -> Text {
    Text {
        text: text.to_owned().into(),
    }
}

/// Refuses empty texts, and answers others with [`told`].
struct Teller;

impl Desk for Teller {
    async fn ask(&self, cx: Context, text: Text) -> Result<Text, AskError> {
        match text.text.is_empty() {
            true => Err(Refused {
                why: "empty".into(),
            }
            .into()),
            false => Ok(told(&cx)),
        }
    }

    async fn touch(&self, cx: Context, text: Text) -> Result<Text, TouchError> {
        match text.text.is_empty() {
            true => Err(Refused {
                why: "empty".into(),
            }
            .into()),
            false => Ok(told(&cx)),
        }
    }

    async fn collect(&self, mut stream: ClientStreamingServer<Text>) -> Result<Text> {
        while stream.recv().await?.is_some() {}
        Ok(told(stream.context()))
    }

    async fn watch(&self, _text: Text, mut stream: ServerStreamingServer<Text>) -> Result<()> {
        let answer = told(stream.context());
        stream.send(answer).await
    }

    async fn exchange(&self, stream: BidiStreamingServer<Text, Text>) -> Result<()> {
        // The context outlives the stream that gave it.
        let cx = stream.context().clone();
        let (mut sender, mut receiver) = stream.split();
        while receiver.recv().await?.is_some() {
            sender.send(told(&cx)).await?;
        }
        Ok(())
    }
}

/// A server with a [`Teller`], and its address.
async fn serve() -> String {
    let server = Server::builder().add_service(DeskServer::new(Teller));
    let bound: BoundServer = server.bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap().to_string();
    tokio::spawn(bound.serve());
    address
}

/// Both clients of the server, without a word about wires.
fn clients(address: &str) -> (DeskClient, DeskStreamClient) {
    let calls = DeskClient::builder("desk").address(address.to_owned());
    let streams = DeskStreamClient::builder("desk").address(address.to_owned());
    (calls.build().unwrap(), streams.build().unwrap())
}

/// What each method that opens a stream answers.
async fn answers(streams: &DeskStreamClient) -> Result<[String; 3]> {
    let call = streams.collect().metainfo("TENANT", "a").timeout(PATIENCE);
    let collected = call.await?.close_and_recv().await?;
    let call = streams.watch(text("w")).metainfo("TENANT", "b");
    let watched = call.await?.recv().await?.unwrap();
    let mut exchange = streams.exchange().timeout(PATIENCE).await?;
    exchange.send(text("e")).await?;
    let exchanged = exchange.recv().await?.unwrap();
    Ok([collected, watched, exchanged].map(|answer| answer.text.to_string()))
}
