//! One stream of each mode, in order.

use std::time::{Duration, Instant};

use streamgen_runtime::{BidiStreamingClient, ServerStreamingClient};

use crate::call::payload;
use crate::message::{Msg, color};
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::services::Services;
use crate::session::{Check, During, Session, eof, equal, expect_error, next, received, same};

pub type Bidi<M> = BidiStreamingClient<M, M>;

/// Opens a call of any mode with directives and an id as metainfo.
macro_rules! open {
    ($call:expr, $orders:expr) => {{
        let id = $crate::session::new_id();
        let mut call = $call.metainfo($crate::call::KEY_ID, id.clone());
        if !$orders.is_empty() {
            call = call.metainfo($crate::call::KEY_DO, $orders.to_owned());
        }
        (call, id)
    }};
}
pub(super) use open;

/// Opens Peer.Bidi with directives.
pub async fn open_bidi<S: Services>(
    session: &Session<S>,
    orders: &str,
) -> Check<(Bidi<S::Msg>, String)> {
    let (call, id) = open!(session.services.bidi(), orders);
    Ok((call.await.during("open")?, id))
}

/// Asks ServerStream for `n` answers with directives.
pub async fn open_server_stream<S: Services>(
    session: &Session<S>,
    orders: &str,
    n: usize,
) -> Check<(ServerStreamingClient<S::Msg>, S::Msg, String)> {
    let req = S::Msg::default()
        .with_text("m")
        .with_seq(n as i64)
        .with_payload(payload(session.size))
        .with_color(color::GREEN);
    let (call, id) = open!(session.services.server_stream(req.clone()), orders);
    Ok((call.await.during("open")?, req, id))
}

/// Sends message i and receives its answer.
pub async fn in_turn<S: Services>(
    session: &Session<S>,
    stream: &mut Bidi<S::Msg>,
    i: usize,
) -> Check<S::Msg> {
    stream.send(session.message(i)).await.during("send")?;
    let got = next(stream).await?;
    equal("text", got.text(), format!("echo:m{i}").as_str())?;
    Ok(got)
}

/// Half-closes, receives the end and asks for the outcome ok.
pub async fn finish<S: Services>(
    session: &Session<S>,
    stream: &mut Bidi<S::Msg>,
    id: &str,
) -> Check {
    stream.close_send().await.during("half-close")?;
    eof(stream).await?;
    session.settled(id, Outcome::Ok).await
}

/// Shows that the wire still works: Bidi with one message.
pub async fn alive<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    in_turn(session, &mut stream, 0).await?;
    finish(session, &mut stream, &id).await
}

pub async fn bidi<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    for i in 0..session.options.count {
        let sent = session.message(i);
        stream.send(sent.clone()).await.during("send")?;
        same(&next(&mut stream).await?, &sent, &format!("echo:m{i}"))?;
    }
    finish(session, &mut stream, &id).await
}

pub async fn bidi_pipelined<S: Services>(session: &Session<S>) -> Check {
    let (stream, id) = open_bidi(session, "").await?;
    let (mut sender, mut receiver) = stream.split();
    let total = 50 * session.options.count;
    let sending = async {
        for i in 0..total {
            sender.send(session.message(i)).await.during("send")?;
        }
        sender.close().await.during("half-close")
    };
    let receiving = async {
        for i in 0..total {
            let got = receiver
                .recv()
                .await
                .during("recv")?
                .ok_or("recv: end of the stream")?;
            same(&got, &session.message(i), &format!("echo:m{i}"))?;
        }
        match receiver.recv().await.during("end of the stream")? {
            None => {
                emit("eof", fields! {});
                Ok(())
            }
            Some(_) => Err("a message came after the last".to_owned()),
        }
    };
    let (sent, got) = tokio::join!(sending, receiving);
    sent?;
    got?;
    session.settled(&id, Outcome::Ok).await
}

pub async fn client<S: Services>(session: &Session<S>) -> Check {
    client_stream(session, session.options.count).await
}

/// Sends n messages, half-closes and judges the one answer.
pub async fn client_stream<S: Services>(session: &Session<S>, n: usize) -> Check {
    let (call, id) = open!(session.services.client_stream(), "");
    let mut stream = call.await.during("open")?;
    for i in 0..n {
        stream.send(session.message(i)).await.during("send")?;
    }
    let answer = stream.close_and_recv().await.during("answer")?;
    received(&answer);
    check_tally(session, &answer, n)?;
    session.settled(&id, Outcome::Ok).await
}

/// Compares ClientStream's answer to the first n messages.
fn check_tally<S: Services>(session: &Session<S>, answer: &S::Msg, n: usize) -> Check {
    let last = n
        .checked_sub(1)
        .map(|i| format!("m{i}"))
        .unwrap_or_default();
    let attr = |name: &str| answer.attr(name).unwrap_or_default().to_owned();
    equal("text", answer.text(), format!("got:{last}").as_str())?;
    equal("seq", answer.seq(), n as i64)?;
    equal(
        "sum",
        attr("sum"),
        (n * n.saturating_sub(1) / 2).to_string(),
    )?;
    equal("bytes", attr("bytes"), (n * session.size).to_string())
}

pub async fn server<S: Services>(session: &Session<S>) -> Check {
    server_stream(session, session.options.count).await
}

/// Asks for n answers and judges them.
pub async fn server_stream<S: Services>(session: &Session<S>, n: usize) -> Check {
    let (mut stream, req, id) = open_server_stream(session, "", n).await?;
    for i in 0..n {
        let want = req.clone().with_seq(i as i64);
        same(&next(&mut stream).await?, &want, &format!("m#{i}"))?;
    }
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}

pub async fn empty<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    finish(session, &mut stream, &id).await?;
    client_stream(session, 0).await?;
    server_stream(session, 0).await
}

/// The handler returns before the client half-closes.
pub async fn early<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "ret@2").await?;
    in_turn(session, &mut stream, 0).await?;
    in_turn(session, &mut stream, 1).await?;
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await?;
    expect_error(
        stream.send(session.message(2)).await,
        "closed",
        session.stream_errors().closed,
    )?;

    let (call, id) = open!(session.services.client_stream(), "ret@2");
    let mut stream = call.await.during("open")?;
    for i in 0..2 {
        stream.send(session.message(i)).await.during("send")?;
    }
    session.settled(&id, Outcome::Ok).await?;
    let answer = stream.close_and_recv().await.during("answer")?;
    received(&answer);
    check_tally(session, &answer, 2)
}

/// Answers wait for each other, not for the client.
pub async fn slow<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "slow=20").await?;
    let started = Instant::now();
    for i in 0..3 {
        stream.send(session.message(i)).await.during("send")?;
    }
    stream.close_send().await.during("half-close")?;
    for i in 0..3 {
        let got = next(&mut stream).await?;
        equal("text", got.text(), format!("echo:m{i}").as_str())?;
    }
    let took = started.elapsed();
    if took < Duration::from_millis(60) {
        return Err(format!("3 slow answers took {took:?}"));
    }
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}
