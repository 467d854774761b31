//! Plain ping-pong calls.

use crate::outcome::Outcome;
use crate::session::{Check, During, Session, equal, expect_error, order_attrs, received, same};
use crate::stream_gen::peerthrift::peer::{EchoError, NothingError};
use crate::stream_gen::peerthrift::{Msg, PeerException};

pub async fn echo(session: &Session) -> Check {
    for i in 0..session.options.count {
        let sent = session.message(i);
        let got = session.peer.echo(sent.clone()).await.during("call")?;
        received(&got);
        same(&got, &sent, &format!("pong:m{i}"))?;
    }
    Ok(())
}

/// The method with `streaming.mode = "unary"`, which Kitex treats as ping-pong.
pub async fn unary(session: &Session) -> Check {
    for i in 0..session.options.count {
        let sent = session.message(i);
        let got = session
            .peer
            .unary_stream(sent.clone())
            .await
            .during("call")?;
        received(&got);
        same(&got, &sent, &format!("unary:m{i}"))?;
    }
    Ok(())
}

/// Shows that ping-pong calls still work: Echo of one message.
pub async fn alive(session: &Session) -> Check {
    let sent = session.message(0);
    let got = session.peer.echo(sent.clone()).await.during("call")?;
    received(&got);
    same(&got, &sent, "pong:m0")
}

/// Calls a method that Peer inherits.
pub async fn extends(session: &Session) -> Check {
    let greeting = session.peer.hello("peer".into()).await.during("call")?;
    equal("greeting", greeting.as_str(), "hello, peer")
}

pub async fn void(session: &Session) -> Check {
    session
        .peer
        .nothing("quiet".into())
        .await
        .during("Nothing")?;
    session.other.no_args().await.during("NoArgs")
}

pub async fn oneway(session: &Session) -> Check {
    let (attrs, id) = order_attrs("slow=50");
    let message = Msg {
        text: "m0".into(),
        attrs,
        ..Msg::default()
    };
    session.peer.fire(message).await.during("call")?;
    session.settled(&id, Outcome::Ok).await?;
    alive(session).await
}

pub async fn exception(session: &Session) -> Check {
    let throw = |what: &'static str| Msg {
        attrs: [("throw".into(), what.into())].into(),
        ..Msg::default()
    };
    let peer_exception = PeerException {
        code: 77,
        message: "peer exception".into(),
        extra: [("k".into(), "v".into())].into(),
    };
    let thrown = expect_error(session.peer.echo(throw("pe")).await, "declared", 77)?;
    check_thrown(thrown, &peer_exception)?;

    match expect_error(session.peer.echo(throw("oe")).await, "declared", 0)? {
        EchoError::Oe(exception) => equal("why", exception.why.as_str(), "other exception")?,
        other => return Err(format!("got {other}, want OtherException")),
    }

    let boom = PeerException {
        code: 7,
        message: "boom".into(),
        extra: [("note".into(), "boom".into())].into(),
    };
    match expect_error(session.peer.nothing("boom".into()).await, "declared", 7)? {
        NothingError::Pe(exception) => equal("exception", &exception, &boom)?,
        other => return Err(format!("got {other}, want PeerException")),
    }

    let (mut attrs, id) = order_attrs("");
    attrs.insert("throw".into(), "pe".into());
    let thrown = session
        .peer
        .echo(Msg {
            attrs,
            ..Msg::default()
        })
        .await;
    check_thrown(expect_error(thrown, "declared", 77)?, &peer_exception)?;
    session.settled(&id, Outcome::Error).await
}

fn check_thrown(error: EchoError, want: &PeerException) -> Check {
    match error {
        EchoError::Pe(exception) => equal("exception", &exception, want),
        other => Err(format!("got {other}, want PeerException")),
    }
}
