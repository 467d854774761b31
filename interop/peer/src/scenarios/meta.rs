//! Header, trailer and metainfo.

use streamgen_runtime::Metadata;

use super::streams::{finish, in_turn, open, open_bidi};
use crate::call::KEY_BACK;
use crate::message::Msg;
use crate::outcome::Outcome;
use crate::services::{EchoCall as _, Services, ThriftServices};
use crate::session::{
    Check, During, Session, drain, eof, equal, expect_biz, next, order, received,
};
use crate::wire::Abilities;

fn expect_pair(what: &str, metadata: &Metadata, key: &str, want: Option<&str>) -> Check {
    equal(format_args!("{what} {key}"), metadata.get(key), want)
}

pub async fn header_trailer<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "hdr").await?;
    in_turn(session, &mut stream, 0).await?;
    let header = stream.header().await.during("header")?;
    expect_pair("header", &header, "peer-set", Some("h1"))?;
    expect_pair("header", &header, "peer-sent", None)?;
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;
    let trailer = stream.trailer().await.during("trailer")?;
    expect_pair("trailer", &trailer, "peer-trailer", Some("t1"))?;
    session.settled(&id, Outcome::Ok).await?;

    let (mut stream, id) = open_bidi(session, "hdr;biz@1").await?;
    stream.send(session.message(0)).await.during("send")?;
    let (_, error) = drain(&mut stream).await?;
    expect_biz(Err::<(), _>(error))?;
    let trailer = stream.trailer().await.during("trailer")?;
    expect_pair("trailer", &trailer, "peer-trailer", Some("t1"))?;
    session.settled(&id, Outcome::Biz).await
}

pub async fn send_header<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "sendhdr").await?;
    let header = stream.header().await.during("header")?;
    expect_pair("header", &header, "peer-set", Some("h1"))?;
    expect_pair("header", &header, "peer-sent", Some("h2"))?;
    in_turn(session, &mut stream, 0).await?;
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;
    let trailer = stream.trailer().await.during("trailer")?;
    expect_pair("trailer", &trailer, "peer-trailer", Some("t1"))?;
    session.settled(&id, Outcome::Ok).await
}

fn expect_attr(message: &impl Msg, key: &str, want: &str) -> Check {
    equal(key, message.attr(key), Some(want))
}

fn check_metainfo(message: &impl Msg) -> Check {
    expect_attr(message, "t:PEER_T", "t 1")?;
    expect_attr(message, "p:PEER_P", "p 1")
}

pub async fn metainfo<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "meta");
    let call = call
        .metainfo("PEER_T", "t 1")
        .persistent_metainfo("PEER_P", "p 1");
    let mut stream = call.await.during("open")?;
    check_metainfo(&in_turn(session, &mut stream, 0).await?)?;
    finish(session, &mut stream, &id).await
}

pub async fn metainfo_pp<S: Services>(session: &Session<S>) -> Check {
    let (message, _) = order("meta");
    let call = session.services.echo(message);
    let call = call
        .metainfo("PEER_T", "t 1")
        .persistent_metainfo("PEER_P", "p 1");
    let reply = call.await.during("call")?;
    received(&reply);
    check_metainfo(&reply)
}

pub async fn back_pp(session: &Session<ThriftServices>) -> Check {
    let (message, _) = order("back=b1");
    let call = session.services.peer.echo(message);
    let (reply, backward) = call.with_backward().await.during("call")?;
    received(&reply);
    expect_pair("backward", &backward, KEY_BACK, Some("b1"))
}

fn check_who(message: &impl Msg, service: &str, method: &str) -> Check {
    expect_attr(message, "service", service)?;
    expect_attr(message, "method", method)
}

pub async fn who<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "who").await?;
    check_who(&in_turn(session, &mut stream, 0).await?, S::PEER, "Bidi")?;
    finish(session, &mut stream, &id).await?;

    let (call, id) = open!(session.services.other_bidi(), "who");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    check_who(&next(&mut stream).await?, S::OTHER, "Bidi")?;
    finish(session, &mut stream, &id).await
}

pub async fn who_pp<S: Services>(session: &Session<S>) -> Check {
    let (message, _) = order("who");
    let reply = session.services.echo(message).await.during("call")?;
    received(&reply);
    check_who(&reply, S::PEER, "Echo")?;
    let wire = session.options.wire;
    match wire.can(Abilities::CALLER) {
        true => expect_attr(&reply, "from", "peer-client"),
        // A Kitex server reads the name that gRPC calls carry only if it is told to.
        false if wire.can(Abilities::STREAM_DEADLINE) => Ok(()),
        false => expect_attr(&reply, "from", ""),
    }
}
