//! Plain ping-pong calls.

use crate::message::Msg as _;
use crate::outcome::Outcome;
use crate::services::{Services, ThriftServices};
use crate::session::{Check, During, Session, equal, expect_error, order, received, same};
use crate::stream_gen::peerthrift::peer::{EchoError, NothingError};
use crate::stream_gen::peerthrift::{Msg, PeerException};

pub async fn echo<S: Services>(session: &Session<S>) -> Check {
    for i in 0..session.options.count {
        let sent = session.message(i);
        let got = session.services.echo(sent.clone()).await.during("call")?;
        received(&got);
        same(&got, &sent, &format!("pong:m{i}"))?;
    }
    Ok(())
}

/// The method with `streaming.mode = "unary"`, which Kitex treats as ping-pong.
pub async fn unary(session: &Session<ThriftServices>) -> Check {
    for i in 0..session.options.count {
        let sent = session.message(i);
        let got = session
            .services
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
pub async fn alive<S: Services>(session: &Session<S>) -> Check {
    let sent = session.message(0);
    let got = session.services.echo(sent.clone()).await.during("call")?;
    received(&got);
    same(&got, &sent, "pong:m0")
}

/// Calls a method that Peer inherits.
pub async fn extends(session: &Session<ThriftServices>) -> Check {
    let greeting = session
        .services
        .peer
        .hello("peer".into())
        .await
        .during("call")?;
    equal("greeting", greeting.as_str(), "hello, peer")
}

pub async fn void(session: &Session<ThriftServices>) -> Check {
    session
        .services
        .peer
        .nothing("quiet".into())
        .await
        .during("Nothing")?;
    session.services.other.no_args().await.during("NoArgs")
}

pub async fn oneway(session: &Session<ThriftServices>) -> Check {
    let (message, id) = order("slow=50");
    session.services.peer.fire(message).await.during("call")?;
    session.settled(&id, Outcome::Ok).await?;
    alive(session).await
}

pub async fn exception(session: &Session<ThriftServices>) -> Check {
    let throw = |what: &'static str| Msg {
        attrs: [("throw".into(), what.into())].into(),
        ..Msg::default()
    };
    let peer_exception = PeerException {
        code: 77,
        message: "peer exception".into(),
        extra: [("k".into(), "v".into())].into(),
    };
    let thrown = expect_error(
        session.services.peer.echo(throw("pe")).await,
        "declared",
        77,
    )?;
    check_thrown(thrown, &peer_exception)?;

    match expect_error(session.services.peer.echo(throw("oe")).await, "declared", 0)? {
        EchoError::Oe(exception) => equal("why", exception.why.as_str(), "other exception")?,
        other => return Err(format!("got {other}, want OtherException")),
    }

    let boom = PeerException {
        code: 7,
        message: "boom".into(),
        extra: [("note".into(), "boom".into())].into(),
    };
    match expect_error(
        session.services.peer.nothing("boom".into()).await,
        "declared",
        7,
    )? {
        NothingError::Pe(exception) => equal("exception", &exception, &boom)?,
        other => return Err(format!("got {other}, want PeerException")),
    }

    let (message, id) = order::<Msg>("");
    let thrown = session.services.peer.echo(message.with_attr("throw", "pe"));
    let thrown = thrown.await;
    check_thrown(expect_error(thrown, "declared", 77)?, &peer_exception)?;
    session.settled(&id, Outcome::Error).await
}

fn check_thrown(error: EchoError, want: &PeerException) -> Check {
    match error {
        EchoError::Pe(exception) => equal("exception", &exception, want),
        other => Err(format!("got {other}, want PeerException")),
    }
}
