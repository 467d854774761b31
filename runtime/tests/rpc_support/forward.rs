//! Handlers that call on: what A→B→C tests need B for.

use std::time::Duration;

use streamgen_runtime::{Context, Error, FastStr, Result};

use super::stream_gen::rpc::peer::PeerClient;
use super::{Peer, msg};

pub fn downstream(peer: &Peer) -> &PeerClient {
    peer.downstream
        .as_ref()
        .expect("the test gives this peer a downstream")
}

/// What a stream's handler downstream knows of its call.
pub async fn ask_bidi(peer: &Peer, cx: &Context) -> Result<FastStr> {
    let mut stream = downstream(peer)
        .bidi()
        .context(cx)
        .metainfo("do", "about")
        .await?;
    Ok(stream.recv().await?.unwrap_or_default().text)
}

/// Holds a stream downstream until that ends.
pub async fn hold_downstream(peer: &Peer, cx: &Context) -> Result<()> {
    let call = downstream(peer).bidi().context(cx).metainfo("do", "hold");
    let mut stream = call.await?;
    while stream.recv().await?.is_some() {}
    Ok(())
}

/// Opens a stream downstream and leaves it to a task that outlives the handler.
pub async fn detach_downstream(peer: &Peer, cx: &Context) -> Result<()> {
    let mut stream = downstream(peer)
        .bidi()
        .context(cx)
        .metainfo("do", "hold")
        .await?;
    // The server downstream has it, before this handler is told to return.
    stream.send(msg("m")).await?;
    let peer = peer.clone();
    tokio::spawn(async move {
        let reason = stream.recv().await.expect_err("the stream is cancelled");
        peer.report(&reason);
    });
    Ok(())
}

/// What a handler knows of its call.
pub fn about(cx: &Context) -> String {
    let value = |value: Option<&str>| value.unwrap_or("-").to_owned();
    format!(
        "{}.{} by {:?} over {}, t={} p={} up={} token={} deadline={}",
        cx.service(),
        cx.method(),
        cx.caller(),
        cx.protocol(),
        value(cx.metainfo("t")),
        value(cx.persistent_metainfo("p")),
        value(cx.metainfo("up")),
        value(cx.metainfo("gdpr-token")),
        cx.deadline().is_some(),
    )
}

/// What a call downstream fails with, which is held there until this one is over.
pub async fn relay(peer: &Peer, cx: &Context, wish: &str) -> Error {
    peer.report(&Error::application("started"));
    let client = downstream(peer);
    let cx = match wish.contains("brief") {
        true => cx.clone().with_timeout(Duration::from_millis(20)),
        false => cx.clone(),
    };
    if !wish.contains("stream") {
        let called = client.hello("m".into()).context(&cx).await;
        return called.expect_err("it is held");
    }
    match client.bidi().context(&cx).await {
        Ok(mut stream) => stream.recv().await.expect_err("it is held"),
        Err(error) => error,
    }
}

/// What a call sees that nobody takes.
pub(super) async fn refused_below() -> Error {
    let client = PeerClient::builder("below").address("unix:/nowhere/at/all");
    let client = client.build().expect("the address is one");
    client.hello("m".into()).await.expect_err("there is nobody")
}
