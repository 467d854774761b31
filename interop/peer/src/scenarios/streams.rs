//! One stream of each mode, in order.

use std::time::{Duration, Instant};

use streamgen_runtime::{BidiStreamingClient, ServerStreamingClient};

use crate::call::{KEY_DO, KEY_ID, payload};
use crate::errors::code;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::session::{
    Check, During, Session, eof, equal, expect_error, new_id, next, received, same,
};
use crate::stream_gen::peerthrift::{Color, Msg};

pub type Bidi = BidiStreamingClient<Msg, Msg>;

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
pub async fn open_bidi(session: &Session, orders: &str) -> Check<(Bidi, String)> {
    let (call, id) = open!(session.peer.bidi(), orders);
    Ok((call.await.during("open")?, id))
}

/// Asks ServerStream for `n` answers with directives.
pub async fn open_server_stream(
    session: &Session,
    orders: &str,
    n: usize,
) -> Check<(ServerStreamingClient<Msg>, Msg, String)> {
    let req = Msg {
        text: "m".into(),
        seq: n as i64,
        payload: payload(session.size).into(),
        color: Color::GREEN,
        ..Msg::default()
    };
    let (call, id) = open!(session.peer.server_stream(req.clone()), orders);
    Ok((call.await.during("open")?, req, id))
}

/// Sends message i and receives its answer.
pub async fn in_turn(session: &Session, stream: &mut Bidi, i: usize) -> Check<Msg> {
    stream.send(session.message(i)).await.during("send")?;
    let got = next(stream).await?;
    equal("text", got.text.as_str(), format!("echo:m{i}").as_str())?;
    Ok(got)
}

/// Half-closes, receives the end and asks for the outcome ok.
pub async fn finish(session: &Session, stream: &mut Bidi, id: &str) -> Check {
    stream.close_send().await.during("half-close")?;
    eof(stream).await?;
    session.settled(id, Outcome::Ok).await
}

/// Shows that the wire still works: Bidi with one message.
pub async fn alive(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    in_turn(session, &mut stream, 0).await?;
    finish(session, &mut stream, &id).await
}

pub async fn bidi(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    for i in 0..session.options.count {
        let sent = session.message(i);
        stream.send(sent.clone()).await.during("send")?;
        same(&next(&mut stream).await?, &sent, &format!("echo:m{i}"))?;
    }
    finish(session, &mut stream, &id).await
}

pub async fn bidi_pipelined(session: &Session) -> Check {
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

pub async fn client(session: &Session) -> Check {
    client_stream(session, session.options.count).await
}

/// Sends n messages, half-closes and judges the one answer.
pub async fn client_stream(session: &Session, n: usize) -> Check {
    let (call, id) = open!(session.peer.client_stream(), "");
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
fn check_tally(session: &Session, answer: &Msg, n: usize) -> Check {
    let last = n
        .checked_sub(1)
        .map(|i| format!("m{i}"))
        .unwrap_or_default();
    let attr = |name: &str| {
        answer
            .attrs
            .get(name)
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    equal("text", answer.text.as_str(), format!("got:{last}").as_str())?;
    equal("seq", answer.seq, n as i64)?;
    equal(
        "sum",
        attr("sum"),
        (n * n.saturating_sub(1) / 2).to_string(),
    )?;
    equal("bytes", attr("bytes"), (n * session.size).to_string())
}

pub async fn server(session: &Session) -> Check {
    server_stream(session, session.options.count).await
}

/// Asks for n answers and judges them.
pub async fn server_stream(session: &Session, n: usize) -> Check {
    let (mut stream, req, id) = open_server_stream(session, "", n).await?;
    for i in 0..n {
        let want = Msg {
            seq: i as i64,
            ..req.clone()
        };
        same(&next(&mut stream).await?, &want, &format!("m#{i}"))?;
    }
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}

pub async fn empty(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "").await?;
    finish(session, &mut stream, &id).await?;
    client_stream(session, 0).await?;
    server_stream(session, 0).await
}

/// The handler returns before the client half-closes.
pub async fn early(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "ret@2").await?;
    in_turn(session, &mut stream, 0).await?;
    in_turn(session, &mut stream, 1).await?;
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await?;
    expect_error(
        stream.send(session.message(2)).await,
        "closed",
        code::ILLEGAL_OPERATION,
    )?;

    let id = new_id();
    let call = session
        .peer
        .client_stream()
        .metainfo(KEY_ID, id.clone())
        .metainfo(KEY_DO, "ret@2");
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
pub async fn slow(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "slow=20").await?;
    let started = Instant::now();
    for i in 0..3 {
        stream.send(session.message(i)).await.during("send")?;
    }
    stream.close_send().await.during("half-close")?;
    for i in 0..3 {
        let got = next(&mut stream).await?;
        equal("text", got.text.as_str(), format!("echo:m{i}").as_str())?;
    }
    let took = started.elapsed();
    if took < Duration::from_millis(60) {
        return Err(format!("3 slow answers took {took:?}"));
    }
    eof(&mut stream).await?;
    session.settled(&id, Outcome::Ok).await
}
