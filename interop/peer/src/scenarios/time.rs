//! Cancels, timeouts and deadlines.

use std::time::Duration;

use streamgen_runtime::{CancelHandle, RecvTimeout};

use super::calls;
use super::streams::{finish, in_turn, open};
use crate::errors::{Classify, classify, code};
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::session::{
    Check, During, Session, drain, equal, expect_error, next, order_attrs, received,
};
use crate::stream_gen::peerthrift::Msg;

const SHORT_TIMEOUT: Duration = Duration::from_millis(200);
/// Lets a receive be pending before the cancel comes.
const CANCEL_AFTER: Duration = Duration::from_millis(100);

/// Expects the caller's error and the handler's outcome after a cancel.
async fn canceled<T, E: Classify>(session: &Session, result: Result<T, E>, id: &str) -> Check {
    expect_error(result, "canceled", code::CANCELED)?;
    session.settled(id, Outcome::Canceled).await
}

pub async fn cancel(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "hold@1");
    let mut stream = call.await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.recv(), cancel_later(handle));
    canceled(session, result, &id).await?;

    let (call, id) = open!(session.peer.client_stream(), "hold@1");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.close_and_recv(), cancel_later(handle));
    canceled(session, result, &id).await?;

    let req = Msg {
        text: "m".into(),
        seq: 3,
        ..Msg::default()
    };
    let (call, id) = open!(session.peer.server_stream(req), "hold@1");
    let mut stream = call.await.during("open")?;
    equal("text", next(&mut stream).await?.text.as_str(), "m#0")?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.recv(), cancel_later(handle));
    canceled(session, result, &id).await
}

async fn cancel_later(handle: CancelHandle) {
    tokio::time::sleep(CANCEL_AFTER).await;
    handle.cancel();
}

pub async fn cancel_idle(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "hold@1");
    let mut stream = call.await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    stream.cancel_handle().cancel();
    session.settled(&id, Outcome::Canceled).await
}

pub async fn cancel_flood(session: &Session) -> Check {
    let req = Msg {
        text: "m".into(),
        seq: 1,
        ..Msg::default()
    };
    let (call, id) = open!(session.peer.server_stream(req), "flood;slow=1");
    let mut stream = call.await.during("open")?;
    for _ in 0..session.options.count {
        stream
            .recv()
            .await
            .during("recv")?
            .ok_or("recv: end of the stream")?;
    }
    stream.cancel_handle().cancel();
    let (_, error) = drain(&mut stream).await?;
    canceled(session, Err::<(), _>(error), &id).await
}

pub async fn recv_timeout(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "hold@1");
    let mut stream = call.recv_timeout(SHORT_TIMEOUT).await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    expect_error(stream.recv().await, "timeout", code::RECV_TIMEOUT)?;
    session.settled(&id, Outcome::Canceled).await
}

/// A Recv timeout that leaves the stream alone.
pub async fn recv_timeout_keep(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "slow=600");
    let keeping = RecvTimeout::new(SHORT_TIMEOUT).without_cancel_remote();
    let mut stream = call.recv_timeout(keeping).await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    expect_error(stream.recv().await, "timeout", code::RECV_TIMEOUT)?;
    let mut tries = 0;
    let got = loop {
        match stream.recv().await {
            Ok(got) => break got.ok_or("recv: end of the stream")?,
            Err(error) if classify(&error).0 == "timeout" && tries < 20 => tries += 1,
            Err(error) => return Err(format!("recv: {error}")),
        }
    };
    received(&got);
    equal("text", got.text.as_str(), "echo:m0")?;
    finish(session, &mut stream, &id).await
}

/// TTHeader Streaming tells the server nothing of the deadline.
pub async fn deadline(session: &Session) -> Check {
    let (call, id) = open!(session.peer.bidi(), "hold@1;deadline");
    let mut stream = call
        .timeout(Duration::from_millis(500))
        .await
        .during("open")?;
    let got = in_turn(session, &mut stream, 0).await?;
    equal(
        "deadline",
        got.attrs.get("deadline").map(|value| value.as_str()),
        Some("no"),
    )?;
    expect_error(stream.recv().await, "timeout", code::DEADLINE)?;
    session.settled(&id, Outcome::Canceled).await
}

async fn echo_deadline(session: &Session, timeout: Option<Duration>) -> Check<Msg> {
    let (attrs, _) = order_attrs("deadline");
    let mut call = session.peer.echo(Msg {
        text: "m0".into(),
        attrs,
        ..Msg::default()
    });
    if let Some(timeout) = timeout {
        call = call.timeout(timeout);
    }
    let reply = call.await.during("call")?;
    received(&reply);
    Ok(reply)
}

pub async fn deadline_pp(session: &Session) -> Check {
    let attr = |reply: &Msg, key: &str| reply.attrs.get(key).map(ToString::to_string);
    let reply = echo_deadline(session, Some(Duration::from_secs(2))).await?;
    equal("deadline", attr(&reply, "deadline").as_deref(), Some("yes"))?;
    let left = attr(&reply, "left_ms").and_then(|text| text.parse::<u64>().ok());
    if !left.is_some_and(|left| (1..=2000).contains(&left)) {
        return Err(format!("left_ms: {left:?}"));
    }
    let reply = echo_deadline(session, None).await?;
    equal("deadline", attr(&reply, "deadline").as_deref(), Some("no"))
}

pub async fn timeout_pp(session: &Session) -> Check {
    let echo = |orders| {
        let (attrs, id) = order_attrs(orders);
        let call = session.peer.echo(Msg {
            text: "m0".into(),
            attrs,
            ..Msg::default()
        });
        (call.timeout(SHORT_TIMEOUT), id)
    };
    expect_error(echo("slow=600").0.await, "timeout", 0)?;
    calls::alive(session).await?;
    if session
        .options
        .wire
        .can(crate::wire::Abilities::RPC_TIMEOUT)
    {
        let (call, id) = echo("hold");
        expect_timeout_race(call.await)?;
        session.settled(&id, Outcome::Timeout).await?;
    }
    Ok(())
}

/// The handler's deadline passes at about the same moment as the caller's, and the handler's error
/// may be the first to arrive.
fn expect_timeout_race<T, E: Classify>(result: Result<T, E>) -> Check {
    let Err(error) = result else {
        return Err("no error after the deadline".to_owned());
    };
    let (class, code) = error.classify();
    emit(
        "error",
        fields! { "~class" => class, "~code" => code, "~text" => error.to_string() },
    );
    if (class, code) == ("timeout", 0) || class == "remote" {
        return Ok(());
    }
    Err(format!(
        "error {class} {code} ({error}), want timeout 0 or the handler's"
    ))
}
