//! Which service a call reaches, and what happens if none.

use std::time::Duration;

use streamgen_runtime::client::{Channel, ClientBuilder};
use streamgen_runtime::{
    ApplicationException, BidiStreamingClient, Message, MethodInfo, Mode, PayloadCodec, Result,
    ServiceInfo, Transport,
};

use super::calls;
use super::streams::{alive, finish, in_turn, open, open_bidi};
use super::types::{check_everything, samples};
use crate::client::{SERVER_NAME, configure};
use crate::errors::{classify, code};
use crate::output::{emit, fields};
use crate::session::{Check, During, Session, eof, expect_remote, next, received, same};
use crate::stream_gen::peerthrift::peer::{EchoArgs, UnaryStreamArgs};
use crate::stream_gen::peerthrift::{Everything, Msg};
use crate::wire::Abilities;

/// A service that is `Peer` but for its name, with a method more that the server lacks.
const fn stray(name: &'static str) -> ServiceInfo {
    ServiceInfo {
        name,
        package: "peerthrift",
        payload: PayloadCodec::Thrift,
        default_transport: Transport::TtHeaderStreaming,
        methods: &METHODS,
    }
}

static METHODS: [MethodInfo; 6] = [
    MethodInfo::new("Bidi", Mode::BidiStreaming),
    MethodInfo::new("BidiEverything", Mode::BidiStreaming),
    MethodInfo::new("Missing", Mode::BidiStreaming),
    MethodInfo::new("Echo", Mode::PingPong),
    MethodInfo::new("UnaryStream", Mode::PingPong),
    MethodInfo::new("Missing", Mode::PingPong),
];

static PEER: ServiceInfo = stray("Peer");
static NOBODY: ServiceInfo = stray("Nobody");
static NAMELESS: ServiceInfo = stray("");

const BIDI: usize = 0;
const BIDI_EVERYTHING: usize = 1;
const MISSING_STREAM: usize = 2;
const ECHO: usize = 3;
const UNARY_STREAM: usize = 4;
const MISSING_CALL: usize = 5;

fn channel(session: &Session, service: &'static ServiceInfo) -> Check<Channel> {
    let builder = ClientBuilder::<Channel>::new(service, SERVER_NAME.into());
    configure(builder, &session.options)
        .build()
        .during("stray client")
}

async fn stray_stream<T: Message + 'static>(
    session: &Session,
    service: &'static ServiceInfo,
    method: usize,
) -> Check<BidiStreamingClient<T, T>> {
    let call = channel(session, service)?.bidi_streaming::<T, T>(method);
    call.recv_timeout(Duration::from_millis(500))
        .await
        .during("open")
}

pub async fn multi_service(session: &Session) -> Check {
    let (mut mine, id) = open_bidi(session, "").await?;
    let (call, others_id) = open!(session.other.bidi(), "");
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
pub async fn service_lookup(session: &Session) -> Check {
    let (name, sample) = samples().remove(0);
    let mut stream = stray_stream::<Everything>(session, &NOBODY, BIDI_EVERYTHING).await?;
    stream.send(sample.clone()).await.during("send")?;
    let got = stream
        .recv()
        .await
        .during("recv")?
        .ok_or("recv: end of the stream")?;
    check_everything(name, &got, &sample)?;
    stream.close_send().await.during("half-close")?;
    eof(&mut stream).await?;

    let mut nameless = stray_stream::<Msg>(session, &NAMELESS, BIDI).await?;
    in_turn(session, &mut nameless, 0).await?;
    nameless.close_send().await.during("half-close")?;
    eof(&mut nameless).await
}

pub async fn unknown_method(session: &Session) -> Check {
    unknown_stream(session, &PEER, "unknown method").await
}

pub async fn unknown_service(session: &Session) -> Check {
    unknown_stream(session, &NOBODY, "unknown service").await
}

/// Allows what Kitex's server does, which is to answer nothing at all.
async fn unknown_stream(session: &Session, service: &'static ServiceInfo, text: &str) -> Check {
    let mut stream = stray_stream::<Msg>(session, service, MISSING_STREAM).await?;
    let Err(error) = stream.recv().await else {
        return Err("an answer came".to_owned());
    };
    let (class, number) = classify(&error);
    emit(
        "error",
        fields! { "~class" => class, "~code" => number, "~text" => error.to_string() },
    );
    let silent = (class, number) == ("timeout", code::RECV_TIMEOUT);
    let answered =
        (class, number) == ("remote", code::APPLICATION) && error.message().contains(text);
    if !silent && !answered {
        return Err(format!("error {class} {number}: {error}"));
    }
    alive(session).await
}

/// A wire that names no service gets Echo from the fallback service.
pub async fn multi_service_pp(session: &Session) -> Check {
    calls::alive(session).await?;
    let named = session.options.wire.can(Abilities::SERVICE_NAME);
    let sent = session.message(0);
    let prefix = if named { "other:" } else { "pong:" };
    judge(session, session.other.echo(sent.clone()).await, prefix)?;
    judge(session, session.other.only_other(sent).await, "only:")
}

fn judge(session: &Session, reply: Result<Msg>, prefix: &str) -> Check {
    let reply = reply.during("call")?;
    received(&reply);
    same(&reply, &session.message(0), &format!("{prefix}m0"))
}

/// Echo's arguments, to a method of a stray service.
async fn stray_call(
    session: &Session,
    service: &'static ServiceInfo,
    method: usize,
) -> Result<Msg, streamgen_runtime::Error> {
    let channel = channel(session, service).map_err(streamgen_runtime::Error::application)?;
    let req = session.message(0);
    match method {
        UNARY_STREAM => channel.ping_pong(method, UnaryStreamArgs { req }).await,
        _ => channel.ping_pong(method, EchoArgs { req }).await,
    }
}

pub async fn service_lookup_pp(session: &Session) -> Check {
    judge(
        session,
        stray_call(session, &NOBODY, UNARY_STREAM).await,
        "unary:",
    )?;
    judge(session, stray_call(session, &NAMELESS, ECHO).await, "pong:")?;
    let unknown = stray_call(session, &NOBODY, ECHO).await;
    let text = "unknown service Nobody, method Echo";
    expect_remote(unknown, ApplicationException::UNKNOWN_SERVICE, text)
}

pub async fn unknown_method_pp(session: &Session) -> Check {
    let unknown = stray_call(session, &PEER, MISSING_CALL).await;
    if session.options.wire.can(Abilities::SERVICE_NAME) {
        let text = "unknown method Missing (service Peer)";
        expect_remote(unknown, ApplicationException::UNKNOWN_METHOD, text)?;
    } else {
        let text = "unknown service , method Missing";
        expect_remote(unknown, ApplicationException::UNKNOWN_SERVICE, text)?;
    }
    calls::alive(session).await
}

pub async fn unknown_service_pp(session: &Session) -> Check {
    let unknown = stray_call(session, &NOBODY, MISSING_CALL).await;
    let text = "unknown service Nobody, method Missing";
    expect_remote(unknown, ApplicationException::UNKNOWN_SERVICE, text)?;
    calls::alive(session).await
}
