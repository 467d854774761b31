//! Handlers that fail.

use super::calls;
use super::streams::{self, in_turn, open, open_bidi, open_server_stream};
use crate::call::grpc_biz_status;
use crate::error_table::Remote;
use crate::message::Msg;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::services::{Services, ThriftServices};
use crate::session::{
    Check, During, Receive, Session, drain, equal, expect_biz, expect_biz_status, expect_remote,
    expect_remote_with, next, order,
};

/// The statuses of the scenario: one that gRPC has a meaning for, and one above its last.
const STATUSES: [(i32, &str); 2] = [(5, "status=5"), (99, "status=99")];

/// The streams of `biz`, and the method of mode unary that only the Thrift IDL has.
pub async fn biz_thrift(session: &Session<ThriftServices>) -> Check {
    biz(session).await?;
    let (message, id) = order("biz");
    expect_biz(session.services.peer.unary_stream(message).await)?;
    session.settled(&id, Outcome::Biz).await
}

pub async fn biz<S: Services>(session: &Session<S>) -> Check {
    for (orders, answers) in [("biz", 0), ("biz@2", 2)] {
        let (mut stream, id) = open_bidi(session, orders).await?;
        for i in 0..answers {
            stream.send(session.message(i)).await.during("send")?;
        }
        biz_after(&mut stream, answers).await?;
        session.settled(&id, Outcome::Biz).await?;
    }
    for (orders, requests) in [("biz", 0), ("biz@2", 2)] {
        let (call, id) = open!(session.services.client_stream(), orders);
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
    Ok(())
}

/// Unlike Kitex's client, ours delivers every message that a business status follows.
async fn biz_after<M: Msg>(stream: &mut impl Receive<M>, answers: usize) -> Check {
    let (count, error) = drain(stream).await?;
    equal("answers before the business status", count, answers)?;
    if answers > 0 {
        emit("overtaken", fields! { "~lost" => 0 });
    }
    expect_biz(Err::<(), _>(error))
}

pub async fn err<S: Services>(session: &Session<S>) -> Check {
    let plain = &session.stream_errors().plain;
    let (mut stream, id) = open_bidi(session, "err").await?;
    expect_remote(stream.recv().await, plain)?;
    session.settled(&id, Outcome::Error).await?;

    let (mut stream, id) = open_bidi(session, "err@2").await?;
    in_turn(session, &mut stream, 0).await?;
    in_turn(session, &mut stream, 1).await?;
    expect_remote(stream.recv().await, plain)?;
    session.settled(&id, Outcome::Error).await?;

    let (call, id) = open!(session.services.client_stream(), "err@2");
    let mut stream = call.await.during("open")?;
    stream.send(session.message(0)).await.during("send")?;
    stream.send(session.message(1)).await.during("send")?;
    expect_remote(stream.close_and_recv().await, plain)?;
    session.settled(&id, Outcome::Error).await?;

    let (mut stream, _, id) = open_server_stream(session, "err@2", 3).await?;
    for i in 0..2 {
        let got = next(&mut stream).await?;
        equal("text", got.text(), format!("m#{i}").as_str())?;
    }
    expect_remote(stream.recv().await, plain)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn app<S: Services>(session: &Session<S>) -> Check {
    failed_stream(session, "app", &session.stream_errors().app).await
}

pub async fn trans<S: Services>(session: &Session<S>) -> Check {
    failed_stream(session, "trans", &session.stream_errors().trans).await
}

async fn failed_stream<S: Services>(session: &Session<S>, orders: &str, want: &Remote) -> Check {
    let (mut stream, id) = open_bidi(session, orders).await?;
    expect_remote(stream.recv().await, want)?;
    session.settled(&id, Outcome::Error).await
}

/// A handler that says which status its caller gets, whatever the number.
pub async fn status<S: Services>(session: &Session<S>) -> Check {
    for (code, orders) in STATUSES {
        let (mut stream, id) = open_bidi(session, orders).await?;
        expect_remote_with(stream.recv().await, code, "peer status")?;
        session.settled(&id, Outcome::Error).await?;
    }
    Ok(())
}

/// A business status made for gRPC, where it is a status besides.
pub async fn grpc_biz<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "grpcbiz@1").await?;
    stream.send(session.message(0)).await.during("send")?;
    let (_, error) = drain(&mut stream).await?;
    expect_biz_status(Err::<(), _>(error), &grpc_biz_status())?;
    session.settled(&id, Outcome::Biz).await
}

pub async fn panic<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, id) = open_bidi(session, "panic@1").await?;
    in_turn(session, &mut stream, 0).await?;
    expect_remote_with(
        stream.recv().await,
        session.stream_errors().panicked,
        "peer panic",
    )?;
    session.settled(&id, Outcome::Panic).await?;
    streams::alive(session).await
}

/// Calls Echo with directives; the result and the call's id.
async fn echo_do<S: Services>(
    session: &Session<S>,
    orders: &str,
) -> (Result<S::Msg, S::EchoError>, String) {
    let (message, id) = order(orders);
    (session.services.echo(message).await, id)
}

pub async fn err_pp<S: Services>(session: &Session<S>) -> Check {
    let (result, id) = echo_do(session, "err").await;
    expect_remote(result, &session.call_errors().plain)?;
    session.settled(&id, Outcome::Error).await?;
    calls::alive(session).await
}

pub async fn app_pp<S: Services>(session: &Session<S>) -> Check {
    let (result, id) = echo_do(session, "app").await;
    expect_remote(result, &session.call_errors().app)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn trans_pp<S: Services>(session: &Session<S>) -> Check {
    let (result, id) = echo_do(session, "trans").await;
    let want = &session.call_errors().trans;
    expect_remote_with(result, want.code, want.text)?;
    session.settled(&id, Outcome::Error).await
}

pub async fn status_pp<S: Services>(session: &Session<S>) -> Check {
    for (code, orders) in STATUSES {
        let (result, id) = echo_do(session, orders).await;
        expect_remote_with(result, code, "peer status")?;
        session.settled(&id, Outcome::Error).await?;
    }
    calls::alive(session).await
}

pub async fn panic_pp<S: Services>(session: &Session<S>) -> Check {
    let (result, id) = echo_do(session, "panic").await;
    expect_remote_with(result, session.call_errors().panicked, "peer panic")?;
    session.settled(&id, Outcome::Panic).await?;
    calls::alive(session).await
}

pub async fn biz_pp<S: Services>(session: &Session<S>) -> Check {
    let (result, id) = echo_do(session, "biz").await;
    expect_biz(result)?;
    session.settled(&id, Outcome::Biz).await?;
    calls::alive(session).await
}
