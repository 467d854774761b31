//! One call that a handler serves: what was asked of it, and how far it is.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use streamgen_runtime::{
    ApplicationException, BizStatusError, Context, Error, ErrorKind, FastStr, Metadata, Result,
};

use crate::directives::{Directive, Directives};
use crate::outcome::{Outcome, Outcomes};
use crate::output::{emit, fields};
use crate::stream_gen::peerthrift::Msg;

/// Transient metainfo: directives of a call.
pub const KEY_DO: &str = "PEER_DO";
/// Transient metainfo: id of a call.
pub const KEY_ID: &str = "PEER_ID";
/// Backward metainfo of the `back` directive.
pub const KEY_BACK: &str = "PEER_BACK";

/// Ends a hold whose context never ends.
const HOLD_LIMIT: Duration = Duration::from_secs(30);

/// Lets the answers leave that were sent before an exit.
const EXIT_DELAY: Duration = Duration::from_millis(50);

pub type Attrs = HashMap<FastStr, FastStr>;

/// Header and trailer, for calls that have them.
pub trait Headers: Send {
    fn set_header(&mut self, header: Metadata) -> Result<()>;
    fn send_header(&mut self, header: Metadata) -> Result<()>;
    fn set_trailer(&mut self, trailer: Metadata) -> Result<()>;
}

/// A ping-pong call has neither.
pub struct NoHeaders;

impl Headers for NoHeaders {
    fn set_header(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn send_header(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn set_trailer(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }
}

/// What a directive asks the handler to do now.
pub enum Due {
    /// Go on.
    Nothing,
    /// Return without an error.
    Return,
}

pub struct Call {
    outcomes: Arc<Outcomes>,
    pub cx: Context,
    service: &'static str,
    method: &'static str,
    id: String,
    pub orders: Directives,
    bad_order: Option<String>,
    pub received: usize,
    pub sent: usize,
    ended: bool,
}

impl Call {
    /// Announces a call and reads its directives: metainfo first, else attrs.
    pub fn begin(
        outcomes: &Arc<Outcomes>,
        cx: &Context,
        (service, method): (&'static str, &'static str),
        attrs: Option<&Attrs>,
    ) -> Self {
        let asked = |metainfo: &str, attr: &str| -> String {
            let of_attrs = || {
                attrs
                    .and_then(|attrs| attrs.get(attr))
                    .map(|value| value.to_string())
            };
            cx.metainfo(metainfo)
                .map(str::to_owned)
                .or_else(of_attrs)
                .unwrap_or_default()
        };
        let (text, id) = (asked(KEY_DO, "do"), asked(KEY_ID, "id"));
        let (orders, bad_order) = match Directives::parse(&text) {
            Ok(orders) => (orders, None),
            Err(bad) => (Directives::default(), Some(bad)),
        };
        outcomes.set(&id, Outcome::Running);
        emit(
            "call",
            fields! {
                "do" => text, "from" => cx.caller(), "id" => id.clone(), "method" => method,
                "proto" => cx.protocol(), "service" => service, "wire-method" => cx.method(),
            },
        );
        Self {
            outcomes: Arc::clone(outcomes),
            cx: cx.clone(),
            service,
            method,
            id,
            orders,
            bad_order,
            received: 0,
            sent: 0,
            ended: false,
        }
    }

    /// Records how the call ended and passes the result on.
    pub fn end<T, E: AsOutcome>(&mut self, result: Result<T, E>) -> Result<T, E> {
        match &result {
            Ok(_) => self.finish(Outcome::Ok, None),
            Err(error) => self.finish(error.outcome(), Some(error.text())),
        }
        result
    }

    fn finish(&mut self, how: Outcome, error: Option<String>) {
        self.ended = true;
        self.outcomes.set(&self.id, how);
        let mut fields = fields! {
            "how" => how.word(), "id" => self.id.clone(), "method" => self.method,
            "recvd" => self.received, "sent" => self.sent,
        };
        if let Some(error) = error {
            fields.insert("~error".to_owned(), error.into());
        }
        emit("end", fields);
    }

    /// Carries out what was ordered for after `n` messages.
    pub async fn due(&mut self, n: usize, headers: &mut dyn Headers) -> Result<Due> {
        if let Some(bad) = &self.bad_order {
            return Err(Error::application(bad.clone()));
        }
        let due: Vec<Directive> = self.orders.due(n).cloned().collect();
        for order in due {
            match order.verb.as_str() {
                "ret" | "early" => return Ok(Due::Return),
                "biz" | "grpcbiz" | "err" | "app" | "trans" => {
                    return Err(ordered_error(&order.verb));
                }
                "panic" => panic!("peer panic"),
                "exit" => {
                    tokio::time::sleep(EXIT_DELAY).await;
                    std::process::exit(9);
                }
                "hold" => return Err(self.hold().await),
                "hdr" => set_headers(headers, false)?,
                "sendhdr" => set_headers(headers, true)?,
                // Only ping-pong calls are given this order, and only they can carry it.
                "back" => _ = self.cx.send_backward(KEY_BACK, order.arg),
                _ => {}
            }
        }
        Ok(Due::Nothing)
    }

    /// Waits for the call's context to end and gives its error.
    async fn hold(&self) -> Error {
        emit(
            "hold",
            fields! { "id" => self.id.clone(), "method" => self.method },
        );
        tokio::select! {
            reason = self.cx.cancelled() => reason,
            () = tokio::time::sleep(HOLD_LIMIT) => Error::application("peer hold limit"),
        }
    }

    /// Waits before an answer if `slow=MS` was ordered, also past the end of the call: an answer that
    /// is too late must not turn into an error that comes in time.
    pub async fn pause(&self) -> Result<()> {
        let Some(order) = self.orders.find("slow") else {
            return Ok(());
        };
        let bad = |_| Error::application(format!("peer bad directive: slow={}", order.arg));
        tokio::time::sleep(Duration::from_millis(order.arg.parse().map_err(bad)?)).await;
        Ok(())
    }

    /// `message` with a prefix before its text and the attrs that were asked for.
    pub fn answer(&self, prefix: &str, message: Msg) -> Msg {
        let text = format!("{prefix}{}", message.text).into();
        Msg {
            text,
            attrs: self.annotate(message.attrs),
            ..message
        }
    }

    /// Adds what meta, who, deadline and report ask for.
    fn annotate(&self, mut attrs: Attrs) -> Attrs {
        if self.orders.has("meta") {
            attrs.extend(prefixed("t:", self.cx.all_metainfo()));
            attrs.extend(prefixed("p:", self.cx.all_persistent_metainfo()));
        }
        if self.orders.has("who") {
            attrs.insert("service".into(), self.service.into());
            attrs.insert("method".into(), self.method.into());
            attrs.insert("from".into(), self.cx.caller().to_owned().into());
        }
        if self.orders.has("deadline") {
            let left = self
                .cx
                .deadline()
                .map(|at| at.saturating_duration_since(Instant::now()));
            attrs.insert(
                "deadline".into(),
                if left.is_some() { "yes" } else { "no" }.into(),
            );
            if let Some(left) = left {
                attrs.insert("left_ms".into(), left.as_millis().to_string().into());
            }
        }
        if let Some(report) = self.orders.find("report") {
            attrs.insert(
                "outcome".into(),
                self.outcomes.get(&report.arg).word().into(),
            );
        }
        attrs
    }
}

/// A handler that panics, or is dropped, never reaches `end`.
impl Drop for Call {
    fn drop(&mut self) {
        if !self.ended {
            let how = if std::thread::panicking() {
                Outcome::Panic
            } else {
                Outcome::Canceled
            };
            self.finish(how, None);
        }
    }
}

/// What `end` needs to know of a handler's error.
pub trait AsOutcome {
    fn outcome(&self) -> Outcome;
    fn text(&self) -> String;
}

impl AsOutcome for Error {
    fn outcome(&self) -> Outcome {
        Outcome::of(self)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

fn prefixed<'a>(
    prefix: &'a str,
    pairs: &'a Metadata,
) -> impl Iterator<Item = (FastStr, FastStr)> + 'a {
    pairs
        .iter()
        .map(move |(key, value)| (format!("{prefix}{key}").into(), value.clone()))
}

fn set_headers(headers: &mut dyn Headers, send: bool) -> Result<()> {
    headers.set_header([("peer-set", "h1")].into_iter().collect())?;
    headers.set_trailer([("peer-trailer", "t1")].into_iter().collect())?;
    if send {
        headers.send_header([("peer-sent", "h2")].into_iter().collect())?;
    }
    Ok(())
}

fn ordered_error(verb: &str) -> Error {
    match verb {
        "biz" => biz_status().into(),
        "grpcbiz" => BizStatusError::new(10_002, "peer grpc biz")
            .extra("k", "v")
            .into(),
        "app" => ApplicationException::new(1900, "peer app error").into(),
        "trans" => Error::new(ErrorKind::Protocol, 1900, "peer trans error"),
        _ => Error::application("peer plain error"),
    }
}

/// The business status of the `biz` directive; its extra values need JSON escaping.
pub fn biz_status() -> BizStatusError {
    BizStatusError::new(10_001, "peer biz")
        .extra("k", "v")
        .extra("quoted", "\"é\n<&>")
}

/// `n` bytes, byte i being i mod 251.
pub fn payload(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 251) as u8).collect()
}
