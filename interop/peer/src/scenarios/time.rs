//! Cancels, timeouts and deadlines.

use std::time::Duration;

use streamgen_runtime::{CancelHandle, Error, RecvTimeout};

use super::calls;
use super::streams::{in_turn, open, open_server_stream};
use crate::errors::{Classify, classify};
use crate::message::Msg as _;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::services::{EchoCall as _, Services};
use crate::session::{
    Check, During, Receive, Session, drain, equal, expect_error, next, order, received,
};
use crate::wire::Abilities;

/// For what takes longer anyway.
const SHORT_TIMEOUT: Duration = Duration::from_millis(200);
/// For a call or a Recv that has to succeed before one that takes too long, on a busy machine too.
const LONG_TIMEOUT: Duration = Duration::from_secs(5);
/// Times that a Recv is tried again for an answer that is late, each for [`SHORT_TIMEOUT`].
const TRIES: usize = 75;
/// Lets a receive be pending before the cancel comes.
const CANCEL_AFTER: Duration = Duration::from_millis(100);

/// Expects the caller's error and the handler's outcome after a cancel.
async fn canceled<S: Services, T, E: Classify>(
    session: &Session<S>,
    result: Result<T, E>,
    id: &str,
) -> Check {
    expect_error(result, "canceled", session.stream_errors().canceled)?;
    session.settled(id, Outcome::Canceled).await
}

pub async fn cancel<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "hold@1");
    let mut stream = call.await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.recv(), cancel_later(handle));
    canceled(session, result, &id).await?;

    let (call, id) = open!(session.services.client_stream(), "hold@1");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    session.begun(&id).await?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.close_and_recv(), cancel_later(handle));
    canceled(session, result, &id).await?;

    let (mut stream, _, id) = open_server_stream(session, "hold@1", 3).await?;
    equal("text", next(&mut stream).await?.text(), "m#0")?;
    let handle = stream.cancel_handle();
    let (result, ()) = tokio::join!(stream.recv(), cancel_later(handle));
    canceled(session, result, &id).await
}

async fn cancel_later(handle: CancelHandle) {
    tokio::time::sleep(CANCEL_AFTER).await;
    handle.cancel();
}

pub async fn cancel_idle<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "hold@1");
    let mut stream = call.await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    stream.cancel_handle().cancel();
    session.settled(&id, Outcome::Canceled).await
}

pub async fn cancel_flood<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, _, id) = open_server_stream(session, "flood;slow=1", 1).await?;
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

pub async fn recv_timeout<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "hold@1");
    let mut stream = call.recv_timeout(LONG_TIMEOUT).await.during("open")?;
    in_turn(session, &mut stream, 0).await?;
    expect_error(
        stream.recv().await,
        "timeout",
        session.stream_errors().recv_timeout,
    )?;
    session.settled(&id, Outcome::Canceled).await
}

/// A Recv timeout that leaves the stream alone.
pub async fn recv_timeout_keep<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "slow=600");
    let keeping = RecvTimeout::new(SHORT_TIMEOUT).without_cancel_remote();
    let mut stream = call.recv_timeout(keeping).await.during("open")?;
    // The client receives before it sends: the server has nothing to answer yet, however late the client is.
    expect_error(
        stream.recv().await,
        "timeout",
        session.stream_errors().recv_timeout,
    )?;
    stream.send(session.message(0)).await.during("send")?;
    let got = patiently(&mut stream).await.during("recv")?;
    let got = got.ok_or("recv: end of the stream")?;
    received(&got);
    equal("text", got.text(), "echo:m0")?;
    stream.close_send().await.during("half-close")?;
    let end = patiently(&mut stream).await.during("end of the stream")?;
    equal("end of the stream", end.is_none(), true)?;
    emit("eof", fields! {});
    session.settled(&id, Outcome::Ok).await
}

/// Receives past timeouts, which leave the stream alone: on a busy machine whatever comes is late.
async fn patiently<T>(stream: &mut impl Receive<T>) -> Result<Option<T>, Error> {
    let mut tries = 0;
    loop {
        match stream.receive().await {
            Err(error) if classify(&error).0 == "timeout" && tries < TRIES => tries += 1,
            received => return received,
        }
    }
}

/// gRPC tells the server of the deadline, TTHeader Streaming does not.
pub async fn deadline<S: Services>(session: &Session<S>) -> Check {
    let (call, id) = open!(session.services.bidi(), "hold@1;deadline");
    let mut stream = call.timeout(LONG_TIMEOUT).await.during("open")?;
    let got = in_turn(session, &mut stream, 0).await?;
    let code = session.stream_errors().deadline;
    if session.options.wire.can(Abilities::STREAM_DEADLINE) {
        equal("deadline", got.attr("deadline"), Some("yes"))?;
        expect_timeout_race(stream.recv().await)?;
        return settled_late(session, &id).await;
    }
    equal("deadline", got.attr("deadline"), Some("no"))?;
    expect_error(stream.recv().await, "timeout", code)?;
    session.settled(&id, Outcome::Canceled).await
}

/// The handler's own deadline races with the client's reset, or with the client's closing of the
/// connection.
async fn settled_late<S: Services>(session: &Session<S>, id: &str) -> Check {
    let either = [Outcome::Timeout, Outcome::Canceled];
    session.settled_as_any(id, &either).await
}

async fn echo_deadline<S: Services>(
    session: &Session<S>,
    timeout: Option<Duration>,
) -> Check<S::Msg> {
    let (message, _) = order("deadline");
    let mut call = session.services.echo(message);
    if let Some(timeout) = timeout {
        call = call.timeout(timeout);
    }
    let reply = call.await.during("call")?;
    received(&reply);
    Ok(reply)
}

pub async fn deadline_pp<S: Services>(session: &Session<S>) -> Check {
    let reply = echo_deadline(session, Some(Duration::from_secs(5))).await?;
    equal("deadline", reply.attr("deadline"), Some("yes"))?;
    let left = reply
        .attr("left_ms")
        .and_then(|text| text.parse::<u64>().ok());
    if !left.is_some_and(|left| (1..=5000).contains(&left)) {
        return Err(format!("left_ms: {left:?}"));
    }
    let reply = echo_deadline(session, None).await?;
    equal("deadline", reply.attr("deadline"), Some("no"))
}

pub async fn timeout_pp<S: Services>(session: &Session<S>) -> Check {
    let echo = |orders, timeout| {
        let (message, id) = order(orders);
        (session.services.echo(message).timeout(timeout), id)
    };
    let wire = session.options.wire;
    let late = echo("slow=5000", SHORT_TIMEOUT).0.await;
    if !wire.can(Abilities::RPC_TIMEOUT) {
        expect_error(late, "timeout", session.call_errors().deadline)?;
        return calls::alive(session).await;
    }
    expect_timeout_race(late)?;
    calls::alive(session).await?;
    // Long enough for the handler to begin.
    let (call, id) = echo("hold", LONG_TIMEOUT);
    expect_timeout_race(call.await)?;
    settled_late(session, &id).await
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
    if ["timeout", "remote"].contains(&class) {
        return Ok(());
    }
    Err(format!(
        "error {class} {code} ({error}), want timeout or the handler's"
    ))
}
