//! What a scenario works with: clients, options and the judgement.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use streamgen_runtime::{
    BidiStreamingClient, BizStatusError, Message, Result, ServerStreamingClient,
};

use crate::call::payload;
use crate::error_table::{ErrorTable, Remote};
use crate::errors::Classify;
use crate::message::{Msg, color};
use crate::options::ClientOptions;
use crate::outcome::Outcome;
use crate::output::{emit, fields};
use crate::services::Services;

/// Ends a scenario as failed, with the reason.
pub type Check<T = ()> = std::result::Result<T, String>;

pub struct Session<S> {
    pub options: ClientOptions,
    pub services: S,
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
    // The start time tells this process from an earlier one with the same process number.
    static BEGAN: LazyLock<u128> = LazyLock::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis())
    });
    let n = IDS.fetch_add(1, Ordering::Relaxed) + 1;
    format!("{}-{}-{n}", std::process::id(), *BEGAN)
}

/// A message that asks for something in its attrs, for wires without metainfo, and its id.
pub fn order<M: Msg>(orders: &str) -> (M, String) {
    let id = new_id();
    let message = M::default().with_text("m0");
    let message = message.with_attr("id", id.as_str()).with_attr("do", orders);
    (message, id)
}

/// Prints a message that came.
pub fn received(message: &impl Msg) {
    emit(
        "recv",
        fields! { "bytes" => message.payload().len(), "seq" => message.seq(), "text" => message.text() },
    );
}

/// Compares an answer with what was sent; `text` is what it must say.
pub fn same<M: Msg>(got: &M, sent: &M, text: &str) -> Check {
    equal("text", got.text(), text)?;
    if got.payload() != sent.payload() {
        let (got, sent) = (got.payload().len(), sent.payload().len());
        return Err(format!(
            "payload of {text}: {got} bytes came back for {sent}, or others"
        ));
    }
    let rest = |message: &M| message.clone().with_text(text).with_payload(Vec::new());
    equal(format_args!("rest of {text}"), rest(got), rest(sent))
}

/// Receives and prints one message.
pub async fn next<M: Msg>(stream: &mut impl Receive<M>) -> Check<M> {
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

/// Expects an exception of the server by its code and the end of its text.
pub fn expect_remote<T, E: Classify>(result: std::result::Result<T, E>, want: &Remote) -> Check {
    let text = expect_error(result, "remote", want.code)?.to_string();
    if text.ends_with(want.text) {
        return Ok(());
    }
    Err(format!(
        "error text {text:?}, want it to end in {:?}",
        want.text
    ))
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
    expect_biz_status(result, &crate::call::biz_status())
}

/// Expects a business status.
pub fn expect_biz_status<T, E: Classify>(
    result: std::result::Result<T, E>,
    want: &BizStatusError,
) -> Check {
    let error = expect_error(result, "biz", want.code())?;
    let biz = error.plain().and_then(streamgen_runtime::Error::biz_status);
    equal("biz status", biz, Some(want))
}

impl<S> Session<S> {
    /// How the wire tells of errors of streams.
    pub fn stream_errors(&self) -> &'static ErrorTable {
        self.options.wire.stream_errors
    }

    /// How it tells of errors of calls without stream.
    pub fn call_errors(&self) -> &'static ErrorTable {
        self.options.wire.call_errors
    }
}

impl<S: Services> Session<S> {
    /// The i-th message of a stream.
    pub fn message(&self, i: usize) -> S::Msg {
        S::Msg::default()
            .with_text(format!("m{i}"))
            .with_seq(i as i64)
            .with_payload(payload(self.size))
            .with_attr("i", i.to_string())
            .with_color(color::BLUE)
    }

    /// Asks the server how the call `id` ended, until it has, and expects one outcome.
    pub async fn settled(&self, id: &str, want: Outcome) -> Check {
        let outcome = self.outcome(id).await?;
        emit("settled", fields! { "outcome" => outcome.as_str() });
        equal("outcome", outcome.as_str(), want.word())
    }

    /// [`Session::settled`] where it depends on the moment which outcome it is.
    pub async fn settled_as_any(&self, id: &str, want: &[Outcome]) -> Check {
        let outcome = self.outcome(id).await?;
        emit("settled", fields! { "~outcome" => outcome.as_str() });
        match want.iter().any(|want| want.word() == outcome) {
            true => Ok(()),
            false => Err(format!("outcome: got {outcome:?}, want one of {want:?}")),
        }
    }

    /// Asks until the call is neither running nor unknown, or `-timeout` is over.
    async fn outcome(&self, id: &str) -> Check<String> {
        self.outcome_but(id, &["running", "unknown"]).await
    }

    /// Asks until the handler of the call `id` has begun, or `-timeout` is over.
    pub async fn begun(&self, id: &str) -> Check {
        match self.outcome_but(id, &["unknown"]).await?.as_str() {
            "unknown" => Err(format!("the call {id} has not begun")),
            _ => Ok(()),
        }
    }

    /// Asks the server for the outcome of the call `id` until the answer is none of `others`, or `-timeout` is over.
    /// Returns the last answer.
    async fn outcome_but(&self, id: &str, others: &[&str]) -> Check<String> {
        let started = Instant::now();
        let mut outcome = Outcome::Unknown.word().to_owned();
        while started.elapsed() < self.options.timeout {
            let question = S::Msg::default().with_attr("do", format!("report={id}"));
            let reply = self.services.echo(question).await.during("report")?;
            outcome = reply.attr("outcome").unwrap_or_default().to_owned();
            if !others.contains(&outcome.as_str()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(outcome)
    }

    /// A session whose messages have at least `size` bytes of payload.
    pub fn enlarged(&self, size: usize) -> Self {
        Self {
            options: self.options.clone(),
            services: self.services.clone(),
            size: self.size.max(size),
        }
    }
}
