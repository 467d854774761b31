//! Header, trailer and metainfo.

use streamgen_runtime::Metadata;

use super::streams::{finish, in_turn, open, open_bidi};
use crate::call::{Attrs, KEY_BACK};
use crate::outcome::Outcome;
use crate::session::{
    Check, During, Session, drain, eof, equal, expect_biz, next, order_attrs, received,
};
use crate::stream_gen::peerthrift::Msg;
use crate::wire::Abilities;

fn expect_pair(what: &str, metadata: &Metadata, key: &str, want: Option<&str>) -> Check {
    equal(format_args!("{what} {key}"), metadata.get(key), want)
}

pub async fn header_trailer(session: &Session) -> Check {
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

pub async fn send_header(session: &Session) -> Check {
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

fn expect_attr(attrs: &Attrs, key: &str, want: &str) -> Check {
    equal(key, attrs.get(key).map(|value| value.as_str()), Some(want))
}

fn check_metainfo(attrs: &Attrs) -> Check {
    expect_attr(attrs, "t:PEER_T", "t 1")?;
    expect_attr(attrs, "p:PEER_P", "p 1")
}

pub async fn metainfo(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "meta");
    let call = call
        .metainfo("PEER_T", "t 1")
        .persistent_metainfo("PEER_P", "p 1");
    let mut stream = call.await.during("open")?;
    check_metainfo(&in_turn(session, &mut stream, 0).await?.attrs)?;
    finish(session, &mut stream, &id).await
}

pub async fn metainfo_pp(session: &Session) -> Check {
    let (attrs, _) = order_attrs("meta");
    let call = session.peer.echo(Msg {
        text: "m0".into(),
        attrs,
        ..Msg::default()
    });
    let call = call
        .metainfo("PEER_T", "t 1")
        .persistent_metainfo("PEER_P", "p 1");
    let reply = call.await.during("call")?;
    received(&reply);
    check_metainfo(&reply.attrs)
}

pub async fn back_pp(session: &Session) -> Check {
    let (attrs, _) = order_attrs("back=b1");
    let call = session.peer.echo(Msg {
        text: "m0".into(),
        attrs,
        ..Msg::default()
    });
    let (reply, backward) = call.with_backward().await.during("call")?;
    received(&reply);
    expect_pair("backward", &backward, KEY_BACK, Some("b1"))
}

fn check_who(attrs: &Attrs, service: &str, method: &str) -> Check {
    expect_attr(attrs, "service", service)?;
    expect_attr(attrs, "method", method)
}

pub async fn who(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "who").await?;
    check_who(
        &in_turn(session, &mut stream, 0).await?.attrs,
        "Peer",
        "Bidi",
    )?;
    finish(session, &mut stream, &id).await?;

    let (call, id) = open!(session.other.bidi(), "who");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    check_who(&next(&mut stream).await?.attrs, "Other", "Bidi")?;
    finish(session, &mut stream, &id).await
}

pub async fn who_pp(session: &Session) -> Check {
    let (attrs, _) = order_attrs("who");
    let reply = session
        .peer
        .echo(Msg {
            text: "m0".into(),
            attrs,
            ..Msg::default()
        })
        .await;
    let reply = reply.during("call")?;
    received(&reply);
    check_who(&reply.attrs, "Peer", "Echo")?;
    let named = session.options.wire.can(Abilities::SERVICE_NAME);
    expect_attr(&reply.attrs, "from", if named { "peer-client" } else { "" })
}
