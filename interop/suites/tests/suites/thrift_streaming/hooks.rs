//! The middleware of `middleware.rs`.

use interop_suites::suite_gen::suites::Msg;
use interop_suites::suite_gen::suites::suite::{PingPongArgs, UnaryArgs};
use interop_suites::suite_pb_gen::suitespb::Msg as PbMsg;
use streamgen_runtime::middleware::{
    Calling, ContextMap, Next, Receiving, RecvNext, SendNext, Sending,
};
use streamgen_runtime::{Error, Result};

use crate::text::Text;

/// The message of a stream, of whichever IDL, as it is and as it shall be.
macro_rules! change {
    ($hook:expr, $change:expr) => {
        if let Some(message) = $hook.message_as::<Msg>() {
            message.set_text($change(message.text())?);
        } else if let Some(message) = $hook.message_as::<PbMsg>() {
            message.set_text($change(message.text())?);
        }
    };
}

/// Fails unless the text begins so.
fn beginning(text: &str, with: &str) -> Result<String> {
    match text.starts_with(with) {
        true => Ok(text.to_owned()),
        false => Err(Error::application(format!("want {with}, got {text}"))),
    }
}

pub(super) async fn client_recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    change!(recv, |text: &str| Ok::<_, Error>(format!(
        "{text}-modified"
    )));
    Ok(())
}

pub(super) async fn client_send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    change!(send, |text: &str| beginning(text, "request"));
    next.run(send).await
}

/// The first request of a call without stream.
fn request(calling: &mut Calling) -> Option<&mut dyn FirstText> {
    if calling.request_as::<PingPongArgs>().is_some() {
        return calling
            .request_as::<PingPongArgs>()
            .map(|args| &mut args.req1 as _);
    }
    if calling.request_as::<UnaryArgs>().is_some() {
        return calling
            .request_as::<UnaryArgs>()
            .map(|args| &mut args.req as _);
    }
    calling.request_as::<PbMsg>().map(|request| request as _)
}

/// A message whose type does not matter.
trait FirstText {
    fn first(&mut self, add: &str) -> String;
}

impl<T: Text> FirstText for T {
    fn first(&mut self, add: &str) -> String {
        let text = self.text().to_owned();
        self.set_text(format!("{text}{add}"));
        text
    }
}

/// Answers without the server.
pub(super) async fn answer(calling: &mut Calling, _: Next<'_>) -> Result<()> {
    let text = request(calling).map(|request| request.first(""));
    beginning(&text.unwrap_or_default(), "request")?;
    if calling.request_as::<PbMsg>().is_some() {
        return calling.set_response(PbMsg::of("response"));
    }
    calling.set_response(Msg::of("response"))
}

/// Changes request and response of a call without stream.
pub(super) async fn change_call(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let text = request(calling).map(|request| request.first("+request"));
    beginning(&text.unwrap_or_default(), "ping")?;
    next.run(calling).await?;
    if let Some(response) = calling.response_as::<Msg>() {
        response.first("+response");
    } else if let Some(response) = calling.response_as::<PbMsg>() {
        response.first("+response");
    }
    Ok(())
}

/// A middleware of all calls, of which streams have no request.
pub(super) async fn change_all(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    match calling.stream().is_some() {
        true => next.run(calling).await,
        false => change_call(calling, next).await,
    }
}

pub(super) async fn server_recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    change!(recv, |text: &str| Ok::<_, Error>(format!("{text}+recv")));
    Ok(())
}

pub(super) async fn server_send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    change!(send, |text: &str| Ok::<_, Error>(format!("{text}+send")));
    next.run(send).await
}

/// What a Recv middleware stores, and a Send middleware loads.
#[derive(Clone)]
struct Stored(&'static str);

pub(super) async fn store(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    if let Some(map) = recv.call().extensions().get::<ContextMap>() {
        map.insert(Stored("value"));
    }
    next.run(recv).await
}

pub(super) async fn load(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    let map = send.call().extensions().get::<ContextMap>();
    let stored = map.and_then(ContextMap::get::<Stored>);
    let stored = stored.map_or("nothing", |stored| stored.0);
    change!(send, |_: &str| Ok::<_, Error>(stored.to_owned()));
    next.run(send).await
}

/// Kitex's header of a stream's id.
const LOG_ID: &str = "stream-log-id";

/// A client's middleware makes the id.
pub(super) async fn make_log_id(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    calling.set_header([(LOG_ID, "id-7")])?;
    calling.set_metainfo("EXPECTED", "id-7");
    next.run(calling).await
}

/// The hook of a call finds the id that its client has made.
macro_rules! check_log_id {
    ($hook:expr) => {
        match (
            $hook.call().header().get(LOG_ID),
            $hook.call().metainfo("EXPECTED"),
        ) {
            (Some(id), Some(expected)) if id == expected => {}
            other => return Err(Error::application(format!("log id: {other:?}"))),
        }
    };
}

pub(super) async fn log_id_of_call(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    check_log_id!(calling);
    next.run(calling).await
}

pub(super) async fn log_id_of_recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    check_log_id!(recv);
    next.run(recv).await
}

pub(super) async fn log_id_of_send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    check_log_id!(send);
    next.run(send).await
}
