//! What a scenario works with: clients, options and the judgement.

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use streamgen_runtime::{BidiStreamingClient, FastStr, Message, Result, ServerStreamingClient};

use crate::call::{Attrs, payload};
use crate::errors::Classify;
use crate::options::ClientOptions;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::stream_gen::peerthrift::other::OtherClient;
use crate::stream_gen::peerthrift::peer::PeerClient;
use crate::stream_gen::peerthrift::{Color, Msg};

/// Ends a scenario as failed, with the reason.
pub type Check<T = ()> = std::result::Result<T, String>;

pub struct Session {
    pub options: ClientOptions,
    pub peer: PeerClient,
    pub other: OtherClient,
    /// Payload bytes of a message.
    pub size: usize,
}

static IDS: AtomicU64 = AtomicU64::new(0);

/// Fails if two values differ.
pub fn equal<T: PartialEq<U> + Debug, U: Debug>(what: impl Display, got: T, want: U) -> Check {
    if got == want {
        Ok(())
    } else {
        Err(format!("{what}: got {got:?}, want {want:?}"))
    }
}

/// Names what an error happened at.
pub trait During<T> {
    fn during(self, what: &str) -> Check<T>;
}

impl<T, E: Display> During<T> for std::result::Result<T, E> {
    fn during(self, what: &str) -> Check<T> {
        self.map_err(|error| format!("{what}: {error}"))
    }
}

/// The receiving half of a client's stream.
pub trait Receive<T> {
    fn receive(&mut self) -> impl Future<Output = Result<Option<T>>> + Send;
}

impl<Req: Message, Res: Message> Receive<Res> for BidiStreamingClient<Req, Res> {
    fn receive(&mut self) -> impl Future<Output = Result<Option<Res>>> + Send {
        self.recv()
    }
}

impl<Res: Message> Receive<Res> for ServerStreamingClient<Res> {
    fn receive(&mut self) -> impl Future<Output = Result<Option<Res>>> + Send {
        self.recv()
    }
}

/// Gives a call an id by which the server can be asked how it ended.
pub fn new_id() -> String {
    format!(
        "{}-{}",
        std::process::id(),
        IDS.fetch_add(1, Ordering::Relaxed) + 1
    )
}

/// Attrs with directives and an id, for wires without metainfo.
pub fn order_attrs(orders: &str) -> (Attrs, String) {
    let id = new_id();
    let attrs = HashMap::from([("id", id.as_str()), ("do", orders)]);
    let own = |(key, value): (&str, &str)| (key.to_owned().into(), value.to_owned().into());
    (attrs.into_iter().map(own).collect(), id)
}

/// Prints a message that came.
pub fn received(message: &Msg) {
    emit(
        "recv",
        fields! { "bytes" => message.payload.len(), "seq" => message.seq, "text" => message.text.as_str() },
    );
}

/// Compares an answer with what was sent; `text` is what it must say.
pub fn same(got: &Msg, sent: &Msg, text: &str) -> Check {
    equal("text", got.text.as_str(), text)?;
    equal(format_args!("seq of {text}"), got.seq, sent.seq)?;
    equal(format_args!("color of {text}"), got.color, sent.color)?;
    if got.payload != sent.payload {
        let (got, sent) = (got.payload.len(), sent.payload.len());
        return Err(format!(
            "payload of {text}: {got} bytes came back for {sent}, or others"
        ));
    }
    equal(format_args!("attrs of {text}"), &got.attrs, &sent.attrs)
}

/// Receives and prints one message.
pub async fn next(stream: &mut impl Receive<Msg>) -> Check<Msg> {
    let message = stream
        .receive()
        .await
        .during("recv")?
        .ok_or("recv: end of the stream")?;
    received(&message);
    Ok(message)
}

/// Expects the end of a stream.
pub async fn eof<T: Debug>(stream: &mut impl Receive<T>) -> Check {
    match stream.receive().await.during("end of the stream")? {
        None => {
            emit("eof", fields! {});
            Ok(())
        }
        Some(message) => {
            let text: String = format!("{message:?}").chars().take(200).collect();
            Err(format!("got {text}, want the end of the stream"))
        }
    }
}

/// Receives until an error and counts the messages before it.
pub async fn drain<T>(stream: &mut impl Receive<T>) -> Check<(usize, streamgen_runtime::Error)> {
    let mut count = 0;
    loop {
        match stream.receive().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return Err("the stream ended without an error".to_owned()),
            Err(error) => return Ok((count, error)),
        }
    }
}

/// Prints an error and expects its class and code.
pub fn expect_error<T, E: Classify>(
    result: std::result::Result<T, E>,
    class: &str,
    code: i32,
) -> Check<E> {
    let Err(error) = result else {
        return Err(format!("no error, want {class} {code}"));
    };
    let (got_class, got_code) = error.classify();
    emit(
        "error",
        fields! { "class" => got_class, "code" => got_code, "~text" => error.to_string() },
    );
    if (got_class, got_code) != (class, code) {
        return Err(format!(
            "error {got_class} {got_code} ({error}), want {class} {code}"
        ));
    }
    Ok(error)
}

/// [`expect_error`] for errors whose code depends on the moment.
pub fn expect_class<T, E: Classify>(result: std::result::Result<T, E>, class: &str) -> Check {
    let Err(error) = result else {
        return Err(format!("no error, want {class}"));
    };
    let (got, code) = error.classify();
    emit(
        "error",
        fields! { "class" => got, "~code" => code, "~text" => error.to_string() },
    );
    equal("class", got, class)
}

/// Expects an exception of the server whose text ends in `suffix`.
pub fn expect_remote<T, E: Classify>(
    result: std::result::Result<T, E>,
    code: i32,
    suffix: &str,
) -> Check {
    let text = expect_error(result, "remote", code)?.to_string();
    if text.ends_with(suffix) {
        return Ok(());
    }
    Err(format!("error text {text:?}, want it to end in {suffix:?}"))
}

/// Expects an exception of the server whose text contains `part`.
pub fn expect_remote_with<T, E: Classify>(
    result: std::result::Result<T, E>,
    code: i32,
    part: &str,
) -> Check {
    let text = expect_error(result, "remote", code)?.to_string();
    if text.contains(part) {
        return Ok(());
    }
    Err(format!("error text {text:?}, want it to contain {part:?}"))
}

/// Expects the business status of the `biz` directive.
pub fn expect_biz<T, E: Classify>(result: std::result::Result<T, E>) -> Check {
    let error = expect_error(result, "biz", 10_001)?;
    let biz = error.plain().and_then(streamgen_runtime::Error::biz_status);
    equal("biz status", biz, Some(&crate::call::biz_status()))
}

impl Session {
    /// The i-th message of a stream.
    pub fn message(&self, i: usize) -> Msg {
        Msg {
            text: format!("m{i}").into(),
            seq: i as i64,
            payload: payload(self.size).into(),
            attrs: [(FastStr::from_static_str("i"), i.to_string().into())].into(),
            color: Color::BLUE,
        }
    }

    /// Asks the server how the call `id` ended, until it has, and expects one outcome.
    pub async fn settled(&self, id: &str, want: Outcome) -> Check {
        let started = Instant::now();
        let mut outcome = FastStr::from_static_str(Outcome::Unknown.word());
        while started.elapsed() < self.options.timeout {
            let attrs = [(
                FastStr::from_static_str("do"),
                format!("report={id}").into(),
            )]
            .into();
            let reply = self
                .peer
                .echo(Msg {
                    attrs,
                    ..Msg::default()
                })
                .await
                .during("report")?;
            outcome = reply.attrs.get("outcome").cloned().unwrap_or_default();
            if !["running", "unknown"].contains(&outcome.as_str()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        emit("settled", fields! { "outcome" => outcome.as_str() });
        equal("outcome", outcome.as_str(), want.word())
    }

    /// A session whose messages have at least `size` bytes of payload.
    pub fn enlarged(&self, size: usize) -> Self {
        Self {
            options: self.options.clone(),
            peer: self.peer.clone(),
            other: self.other.clone(),
            size: self.size.max(size),
        }
    }
}
