//! Handlers that fail.

use streamgen_runtime::ApplicationException;

use super::calls;
use super::streams::{self, in_turn, open, open_bidi, open_server_stream};
use crate::errors::code;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::session::{
    Check, During, Receive, Session, drain, equal, expect_biz, expect_remote, expect_remote_with,
    next, order_attrs,
};
use crate::stream_gen::peerthrift::Msg;
use crate::stream_gen::peerthrift::peer::EchoError;

pub async fn biz(session: &Session) -> Check {
    for (orders, answers) in [("biz", 0), ("biz@2", 2)] {
        let (mut stream, id) = open_bidi(session, orders).await?;
        for i in 0..answers {
            stream.send(session.message(i)).await.during("send")?;
        }
        biz_after(&mut stream, answers).await?;
        session.settled(&id, Outcome::Biz).await?;
    }
    for (orders, requests) in [("biz", 0), ("biz@2", 2)] {
        let (call, id) = open!(session.peer.client_stream(), orders);
        let mut stream = call.await.during("open")?;
        for i in 0..requests {
            stream.send(session.message(i)).await.during("send")?;
        }
        expect_biz(stream.close_and_recv().await)?;
        session.settled(&id, Outcome::Biz).await?;
    }
    for (orders, answers) in [("biz", 0), ("biz@2", 2)] {
        let (mut stream, _, id) = open_server_stream(session, orders, 3).await?;
        biz_after(&mut stream, answers).await?;
        session.settled(&id, Outcome::Biz).await?;
    }
    let (attrs, id) = order_attrs("biz");
    expect_biz(
        session
            .peer
            .unary_stream(Msg {
                attrs,
                ..Msg::default()
            })
            .await,
    )?;
    session.settled(&id, Outcome::Biz).await
}

/// Unlike Kitex's client, ours delivers every message that a business status follows.
async fn biz_after(stream: &mut impl Receive<Msg>, answers: usize) -> Check {
    let (count, error) = drain(stream).await?;
    equal("answers before the business status", count, answers)?;
    if answers > 0 {
        emit("overtaken", fields! { "~lost" => 0 });
    }
    expect_biz(Err::<(), _>(error))
}

pub async fn err(session: &Session) -> Check {
    const TEXT: &str = "biz error: peer plain error";
    let (mut stream, id) = open_bidi(session, "err").await?;
    expect_remote(stream.recv().await, code::APPLICATION, TEXT)?;
    session.settled(&id, Outcome::Error).await?;

    let (mut stream, id) = open_bidi(session, "err@2").await?;
    in_turn(session, &mut stream, 0).await?;
    in_turn(session, &mut stream, 1).await?;
    expect_remote(stream.recv().await, code::APPLICATION, TEXT)?;
    session.settled(&id, Outcome::Error).await?;

    let (call, id) = open!(session.peer.client_stream(), "err@2");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    stream.send(session.message(1)).await.during("send")?;
    expect_remote(stream.close_and_recv().await, code::APPLICATION, TEXT)?;
    session.settled(&id, Outcome::Error).await?;

    let (mut stream, _, id) = open_server_stream(session, "err@2", 3).await?;
    for i in 0..2 {
        let got = next(&mut stream).await?;
        equal("text", got.text.as_str(), format!("m#{i}").as_str())?;
    }
    expect_remote(stream.recv().await, code::APPLICATION, TEXT)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn app(session: &Session) -> Check {
    failed_stream(session, "app", "biz error: peer app error").await
}

pub async fn trans(session: &Session) -> Check {
    failed_stream(session, "trans", "biz error: peer trans error").await
}

async fn failed_stream(session: &Session, orders: &str, text: &str) -> Check {
    let (mut stream, id) = open_bidi(session, orders).await?;
    expect_remote(stream.recv().await, code::APPLICATION, text)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn panic(session: &Session) -> Check {
    let (mut stream, id) = open_bidi(session, "panic@1").await?;
    in_turn(session, &mut stream, 0).await?;
    expect_remote_with(stream.recv().await, code::APPLICATION, "peer panic")?;
    session.settled(&id, Outcome::Panic).await?;
    streams::alive(session).await
}

/// Calls Echo with directives; the result and the call's id.
async fn echo_do(session: &Session, orders: &str) -> (Result<Msg, EchoError>, String) {
    let (attrs, id) = order_attrs(orders);
    let message = Msg {
        text: "m0".into(),
        attrs,
        ..Msg::default()
    };
    (session.peer.echo(message).await, id)
}

pub async fn err_pp(session: &Session) -> Check {
    let (result, id) = echo_do(session, "err").await;
    let text = "biz error: peer plain error";
    expect_remote(result, ApplicationException::INTERNAL_ERROR, text)?;
    session.settled(&id, Outcome::Error).await?;
    calls::alive(session).await
}

pub async fn app_pp(session: &Session) -> Check {
    let (result, id) = echo_do(session, "app").await;
    let text = "biz error: peer app error";
    expect_remote(result, ApplicationException::INTERNAL_ERROR, text)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn trans_pp(session: &Session) -> Check {
    let (result, id) = echo_do(session, "trans").await;
    expect_remote_with(result, 1900, "peer trans error")?;
    session.settled(&id, Outcome::Error).await
}

pub async fn panic_pp(session: &Session) -> Check {
    let (result, id) = echo_do(session, "panic").await;
    expect_remote_with(result, ApplicationException::INTERNAL_ERROR, "peer panic")?;
    session.settled(&id, Outcome::Panic).await?;
    calls::alive(session).await
}

pub async fn biz_pp(session: &Session) -> Check {
    let (result, id) = echo_do(session, "biz").await;
    expect_biz(result)?;
    session.settled(&id, Outcome::Biz).await?;
    calls::alive(session).await
}
