//! Which service a call reaches, and what happens if none.

use std::time::Duration;

use streamgen_runtime::client::{ClientBuilder, ServiceClient};
use streamgen_runtime::{BidiStreamingClient, Message, Result, ServiceInfo};

use super::calls;
use super::streams::{alive, finish, in_turn, open, open_bidi};
use super::types::check_everything;
use crate::client::configure;
use crate::error_table::{Remote, Unknown};
use crate::errors::classify;
use crate::output::{emit, fields};
use crate::services::{Services, Stray, ThriftServices};
use crate::session::{Check, During, Session, eof, expect_remote, next, received, same};
use crate::wire::Abilities;

/// How long an answer of Kitex's server to an unknown method is waited for, which may never come.
const SILENCE: Duration = Duration::from_millis(500);

fn client<S>(session: &Session<S>, service: &'static ServiceInfo) -> Check<ServiceClient> {
    let name = session.options.name.clone();
    let builder = ClientBuilder::<ServiceClient>::new(service, name.into());
    configure(builder, &session.options)
        .build()
        .during("stray client")
}

async fn stray_stream<S: Services, T: Message + 'static>(
    session: &Session<S>,
    service: &'static ServiceInfo,
    method: Stray,
    patience: Duration,
) -> Check<BidiStreamingClient<T, T>> {
    let call = client(session, service)?.bidi_streaming::<T, T>(method as usize);
    call.recv_timeout(patience).await.during("open")
}

pub async fn multi_service<S: Services>(session: &Session<S>) -> Check {
    let (mut mine, id) = open_bidi(session, "").await?;
    let (call, others_id) = open!(session.services.other_bidi(), "");
    let mut others = call.await.during("open")?;
    for i in 0..2 {
        in_turn(session, &mut mine, i).await?;
        let sent = session.message(i);
        others.send(sent.clone()).await.during("send")?;
        same(&next(&mut others).await?, &sent, &format!("other:m{i}"))?;
    }
    finish(session, &mut mine, &id).await?;
    finish(session, &mut others, &others_id).await
}

/// A method that one service alone has is found under any service name; one that two have is found
/// without a name, in the fallback service.
pub async fn service_lookup<S: Services>(session: &Session<S>) -> Check {
    let (name, sample) = S::samples().remove(0);
    let (nobody, patience) = (S::STRAY_NOBODY, session.options.timeout);
    let mut stream =
        stray_stream::<S, S::Everything>(session, nobody, Stray::BidiEverything, patience).await?;
    stream.send(sample.clone()).await.during("send")?;
    let got = stream
        .recv()
        .await
        .during("recv")?
        .ok_or("recv: end of the stream")?;
    check_everything::<S>(name, &got, &sample)?;
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;

    let mut nameless =
        stray_stream::<S, S::Msg>(session, S::STRAY_NAMELESS, Stray::Bidi, patience).await?;
    in_turn(session, &mut nameless, 0).await?;
    nameless.close_send().await.during("half-close")?;
    eof(&mut nameless).await
}

pub async fn unknown_method<S: Services>(session: &Session<S>) -> Check {
    let want = &session.stream_errors().unknown_method;
    unknown_stream(session, S::STRAY_PEER, want).await
}

pub async fn unknown_service<S: Services>(session: &Session<S>) -> Check {
    let want = &session.stream_errors().unknown_service;
    unknown_stream(session, S::STRAY_NOBODY, want).await
}

/// Allows Kitex's server what it does over TTHeader Streaming, which is to answer nothing at all.
async fn unknown_stream<S: Services>(
    session: &Session<S>,
    service: &'static ServiceInfo,
    want: &Unknown,
) -> Check {
    let ours = session.options.ours;
    let patience = if ours {
        session.options.timeout
    } else {
        SILENCE
    };
    let mut stream =
        stray_stream::<S, S::Msg>(session, service, Stray::MissingStream, patience).await?;
    let Err(error) = stream.recv().await else {
        return Err("an answer came".to_owned());
    };
    let (class, code) = classify(&error);
    emit(
        "error",
        fields! { "~class" => class, "~code" => code, "~text" => error.to_string() },
    );
    let silent = !ours && (class, code) == ("timeout", session.stream_errors().recv_timeout);
    let known = want.has_code(code, ours) && error.message().contains(want.text);
    let answered = class == "remote" && known;
    if !silent && !answered {
        return Err(format!("error {class} {code}: {error}"));
    }
    alive(session).await
}

/// A wire that names no service gets Echo from the fallback service.
pub async fn multi_service_pp<S: Services>(session: &Session<S>) -> Check {
    calls::alive(session).await?;
    let named = session.options.wire.can(Abilities::SERVICE_NAME);
    let prefix = if named { "other:" } else { "pong:" };
    let reply = session.services.other_echo(session.message(0)).await;
    judge(session, reply, prefix)
}

pub async fn multi_service_pp_thrift(session: &Session<ThriftServices>) -> Check {
    multi_service_pp(session).await?;
    let other = &session.services.other;
    judge(session, other.only_other(session.message(0)).await, "only:")
}

fn judge<S: Services>(session: &Session<S>, reply: Result<S::Msg>, prefix: &str) -> Check {
    let reply = reply.during("call")?;
    received(&reply);
    same(&reply, &session.message(0), &format!("{prefix}m0"))
}

/// Message 0 to a method of a stray service.
async fn stray_call<S: Services>(
    session: &Session<S>,
    service: &'static ServiceInfo,
    method: Stray,
) -> Result<S::Msg> {
    let client = client(session, service).map_err(streamgen_runtime::Error::application)?;
    S::stray_call(&client, method, session.message(0)).await
}

pub async fn service_lookup_pp(session: &Session<ThriftServices>) -> Check {
    type S = ThriftServices;
    let reply = stray_call(session, S::STRAY_NOBODY, Stray::UnaryStream).await;
    judge(session, reply, "unary:")?;
    let reply = stray_call(session, S::STRAY_NAMELESS, Stray::Echo).await;
    judge(session, reply, "pong:")?;
    let unknown = stray_call(session, S::STRAY_NOBODY, Stray::Echo).await;
    let text = "unknown service Nobody, method Echo";
    expect_remote(unknown, &Remote { code: 20, text })
}

pub async fn unknown_method_pp<S: Services>(session: &Session<S>) -> Check {
    let unknown = stray_call(session, S::STRAY_PEER, Stray::MissingCall).await;
    expect_unknown(session, unknown, &session.call_errors().unknown_method)?;
    calls::alive(session).await
}

pub async fn unknown_service_pp<S: Services>(session: &Session<S>) -> Check {
    let unknown = stray_call(session, S::STRAY_NOBODY, Stray::MissingCall).await;
    expect_unknown(session, unknown, &session.call_errors().unknown_service)?;
    calls::alive(session).await
}

/// Where there are several codes, which one comes depends on the server.
fn expect_unknown<S: Services, T>(
    session: &Session<S>,
    result: Result<T>,
    want: &Unknown,
) -> Check {
    let (Err(error), text) = (&result, want.text) else {
        return Err(format!("an answer came, want {want:?}"));
    };
    match want.codes {
        [code] => expect_remote(result, &Remote { code: *code, text }),
        _ => {
            let (class, code) = classify(error);
            emit(
                "error",
                fields! { "class" => class, "~code" => code, "~text" => error.to_string() },
            );
            let known = class == "remote" && want.has_code(code, session.options.ours);
            match known && error.to_string().ends_with(text) {
                true => Ok(()),
                false => Err(format!("error {class} {code} ({error}), want {want:?}")),
            }
        }
    }
}
